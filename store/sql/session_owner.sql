-- Whose a session or a token of a program is, also after it has ended; both by their primary keys.
SELECT name FROM account
WHERE id IN (
    SELECT account FROM session WHERE key = %(key)s
    UNION ALL
    SELECT account FROM api_token WHERE key = %(key)s)
LIMIT 1
