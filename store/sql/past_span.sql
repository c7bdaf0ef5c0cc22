-- Since which day positions are stored and until when; without reading positions.
SELECT (SELECT min(range_start) FROM timescaledb_information.chunks
        WHERE hypertable_schema = 'public' AND hypertable_name = 'position'),
    (SELECT max(time) FROM latest WHERE run_id = 0)
