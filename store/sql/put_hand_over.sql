INSERT INTO hand_over (id, since, until, content, sha256)
VALUES (%(id)s, %(since)s, %(until)s, %(content)s, %(sha256)s)
