DELETE FROM digest
WHERE due_at < %(before)s AND sent_at IS NOT NULL
    AND due_at < (
        SELECT max(other.due_at) FROM digest AS other
        WHERE other.office = digest.office AND other.kind = digest.kind
    )
