SELECT content, state, author, at, why
FROM (
    SELECT DISTINCT ON (contact) * FROM contact_version ORDER BY contact, version DESC
) AS newest
WHERE state = 'open' OR %(closed)s
ORDER BY contact
