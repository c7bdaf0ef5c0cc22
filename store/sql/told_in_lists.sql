-- Offices that know of an alert by lists of rescues or by digests alone: no message of its own went.
SELECT office
FROM delivery
WHERE alert = %(alert)s AND change <> 'ack'
GROUP BY office
HAVING bool_and(listed_at IS NOT NULL)
UNION
SELECT office
FROM alert_told AS told
WHERE alert = %(alert)s AND held AND digested IS NOT NULL AND lane <> 'sar'
    AND NOT EXISTS (
        SELECT FROM delivery
        WHERE delivery.alert = told.alert AND delivery.office = told.office AND change <> 'ack'
    )
