-- Whether somebody's act on a subject is in the audit since a time.
SELECT EXISTS (
    SELECT FROM audit
    WHERE who = %(who)s AND action = %(action)s AND subject = %(subject)s AND at >= %(since)s
)
