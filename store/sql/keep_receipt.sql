INSERT INTO receipt (channel, id, reference, alert, taken, good, who, said, at, received_at)
VALUES (%(channel)s, %(id)s, %(reference)s, %(alert)s, %(taken)s, %(good)s, %(who)s, %(said)s,
    %(at)s, %(received_at)s)
ON CONFLICT DO NOTHING
