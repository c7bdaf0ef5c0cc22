INSERT INTO case_item (case_id, kind, ref, note, codes, author, at)
VALUES (%(case_id)s, %(kind)s, %(ref)s, %(note)s, %(codes)s, %(author)s, %(at)s)
ON CONFLICT DO NOTHING
