SELECT content FROM alert
WHERE id IN (
    SELECT alert FROM delivery
    WHERE office = %(office)s AND enqueued_at > %(since)s AND enqueued_at <= %(until)s
)
ORDER BY array_position(ARRAY['sar', 'law', 'infrastructure'], lane), changed_at DESC, id
