-- A run that goes on names again what was in force when it stopped.
INSERT INTO adoption (run_id, what, spool, version, sha256, received)
VALUES (%(run_id)s, %(what)s, %(spool)s, %(version)s, %(sha256)s,
    to_timestamp(%(received_us)s::numeric / 1000000))
ON CONFLICT (run_id, what, spool) DO NOTHING
