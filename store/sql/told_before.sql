SELECT office, notice_id, min(enqueued_at), array_agg(channel ORDER BY number), max(change),
    bool_or(limited), max(language)
FROM delivery
WHERE alert = %(alert)s AND change <> 'ack' AND (%(lists)s OR listed_at IS NULL)
GROUP BY office, notice_id
ORDER BY min(number)
