INSERT INTO audit (number, at, who, action, subject, why, details, hash)
VALUES (%(number)s, %(at)s, %(who)s, %(action)s, %(subject)s, %(why)s, %(details)s, %(hash)s)
