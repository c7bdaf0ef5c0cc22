INSERT INTO health (part, state, at)
VALUES (%(part)s, %(state)s, %(at)s)
ON CONFLICT (part) DO UPDATE SET state = excluded.state, at = excluded.at
