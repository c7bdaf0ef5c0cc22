SELECT EXISTS (
    SELECT 1 FROM delivery
    WHERE office = %(office)s AND state = 'sent' AND settled_at > %(since)s
        AND settled_at <= %(now)s
        AND channel <> ALL(%(unheard)s)
) OR EXISTS (
    SELECT 1 FROM digest WHERE office = %(office)s AND sent_at > %(since)s AND sent_at <= %(now)s
)
