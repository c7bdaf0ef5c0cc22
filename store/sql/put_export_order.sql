INSERT INTO export_order (id, account, at, who, why, asked, state)
VALUES (%(id)s, %(account)s, %(at)s, %(who)s, %(why)s, %(asked)s, 'waiting')
