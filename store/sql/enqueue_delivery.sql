INSERT INTO delivery
    (key, notice_id, alert, office, channel, lane, change, why, limited, language, notice,
     enqueued_at, next_try_at)
VALUES
    (%(key)s, %(notice_id)s, %(alert)s, %(office)s, %(channel)s, %(lane)s, %(change)s, %(why)s,
     %(limited)s, %(language)s, %(notice)s, %(at)s,
     -- The stream's clock may be ahead of the one that messages are sent by: nothing waits for that.
     least(%(at)s, now()))
ON CONFLICT (key) DO NOTHING
