-- Two commands may open the same input at once: the second finds the first one's run.
WITH made AS (
    INSERT INTO run (sha256, name, started_at)
    VALUES (%(sha256)s, %(name)s, %(started_at)s)
    ON CONFLICT (sha256) DO NOTHING
    RETURNING run_id
)
INSERT INTO cursor (run_id) SELECT run_id FROM made
