-- One row that is due and that nobody has; never one whose alert has an earlier row waiting for the
-- same office and channel, so that an update does not overtake what it updates.
WITH due AS (
    SELECT number
    FROM delivery AS one
    WHERE state = 'waiting' AND channel = %(channel)s AND lane = ANY(%(lanes)s)
        AND next_try_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s)
        AND NOT EXISTS (
            SELECT FROM delivery AS earlier
            WHERE earlier.state = 'waiting' AND earlier.alert = one.alert
                AND earlier.office = one.office AND earlier.channel = one.channel
                AND earlier.number < one.number
        )
    ORDER BY lane, next_try_at, number
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE delivery
SET leased_by = %(worker)s, leased_until = %(until)s, attempts = attempts + 1
FROM due
WHERE delivery.number = due.number
RETURNING delivery.number, key, notice, attempts, lane, enqueued_at
