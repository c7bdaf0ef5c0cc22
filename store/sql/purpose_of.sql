-- For what a session reads the list.
SELECT purpose, at, case_id FROM reading_purpose
WHERE account = %(account)s AND session = %(session)s
