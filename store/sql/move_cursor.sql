-- No row comes back when another writer has committed in between.
UPDATE cursor
SET position = %(offset)s, lines = lines + %(lines)s, rows = rows + %(rows)s,
    commits = commits + 1, now_at = to_timestamp(%(now_us)s::numeric / 1000000)
WHERE run_id = %(run_id)s AND commits = %(commits)s
RETURNING commits
