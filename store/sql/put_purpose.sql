-- Keep for what a session reads the list.
INSERT INTO reading_purpose (account, session, at, purpose, case_id)
VALUES (%(account)s, %(session)s, %(at)s, %(purpose)s, %(case_id)s)
ON CONFLICT (account, session)
DO UPDATE SET at = excluded.at, purpose = excluded.purpose, case_id = excluded.case_id
