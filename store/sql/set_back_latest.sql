-- The clock was set back: the newest reports of before it must not be newer than all that follow.
UPDATE latest
SET received = to_timestamp(%(era_us)s::numeric / 1000000),
    time = least(time, to_timestamp(%(era_us)s::numeric / 1000000))
WHERE run_id = %(run_id)s AND received > to_timestamp(%(era_us)s::numeric / 1000000)
