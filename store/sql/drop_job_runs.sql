DELETE FROM job_run
WHERE started_at < %(before)s AND state <> 'running'
    AND due_at IS DISTINCT FROM (
        SELECT max(other.due_at) FROM job_run AS other
        WHERE other.job = job_run.job AND other.state = 'done'
    )
