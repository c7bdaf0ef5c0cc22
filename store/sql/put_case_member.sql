INSERT INTO case_member (case_id, account, name, role, author, at)
VALUES (%(case_id)s, %(account)s, %(name)s, %(role)s, %(author)s, %(at)s)
ON CONFLICT (case_id, account) DO UPDATE
SET role = excluded.role, author = excluded.author, at = excluded.at
