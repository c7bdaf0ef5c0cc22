INSERT INTO edition (what, version, sha256, content, author, at, why)
VALUES (%(what)s, %(version)s, %(sha256)s, %(content)s, %(author)s, %(at)s, %(why)s)
