-- The greatest segment number in use; a long silent one is no longer in latest, only in position.
SELECT greatest(
    -1, (SELECT max(segment) FROM latest WHERE run_id = 0), (SELECT max(segment) FROM position)
)
