INSERT INTO job_run (job, due_at, attempt, worker, state, started_at)
VALUES (%(job)s, %(due_at)s, 1, %(worker)s, 'running', %(now)s)
ON CONFLICT (job, due_at) DO UPDATE
    SET attempt = job_run.attempt + 1, worker = excluded.worker, state = 'running',
        started_at = excluded.started_at, finished_at = NULL, note = '{}'
    WHERE job_run.state IN ('failed', 'lost')
RETURNING attempt
