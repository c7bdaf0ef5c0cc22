SELECT i.hypertable_name, i.range_start, i.range_end, d.total_bytes
FROM timescaledb_information.chunks i
JOIN LATERAL chunks_detailed_size(format('%%I.%%I', i.hypertable_schema, i.hypertable_name)) d
    ON d.chunk_name = i.chunk_name
WHERE i.hypertable_name IN ('position', 'run_position')
ORDER BY i.hypertable_name, i.range_start
