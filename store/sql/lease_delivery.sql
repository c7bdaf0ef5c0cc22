-- One row that is due and that nobody has; never one whose alert has an earlier row waiting for the
-- same office and channel, so that an update does not overtake what it updates; one that only some
-- are still to be told, or that was refused, holds nothing up. A subquery and not
-- NOT EXISTS: it is asked row by row, in whatever state the statistics are.
WITH due AS (
    SELECT number
    FROM delivery AS one
    WHERE state = 'waiting' AND channel = %(channel)s AND lane = ANY(%(lanes)s)
        AND (
            next_try_at <= %(now)s
            -- No wait is so long: the clock was ahead when this was written.
            OR next_try_at > CASE lane WHEN 0 THEN %(sar_farthest)s ELSE %(farthest)s END
        )
        AND (
            leased_until IS NULL OR leased_until <= %(now)s
            -- Of a worker that was killed: its session is gone, and nobody waits for its lease.
            OR (
                leased_by ~ '@[0-9]{1,9}$'
                AND substring(leased_by FROM '[0-9]+$')::integer
                    NOT IN (SELECT pid FROM pg_stat_activity)
            )
        )
        AND (%(repeats)s OR notice_id !~ '\.r[0-9]+$')
        AND (
            NOT holds
            OR number = (
                SELECT number
                FROM delivery AS first
                WHERE first.state = 'waiting' AND first.holds AND first.alert = one.alert
                    AND first.office = one.office AND first.channel = one.channel
                ORDER BY first.number
                LIMIT 1
            )
        )
    ORDER BY lane, next_try_at, number
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
UPDATE delivery
SET leased_by = %(worker)s, leased_until = %(until)s, attempts = attempts + 1
FROM due
WHERE delivery.number = due.number
RETURNING delivery.number, key, notice, attempts, lane, enqueued_at,
    recipients
