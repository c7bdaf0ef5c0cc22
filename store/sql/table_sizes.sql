-- Tables with their indexes; a hypertable is the sum of its chunks.
SELECT c.relname,
    CASE WHEN h.hypertable_name IS NULL THEN pg_total_relation_size(c.oid)
         ELSE hypertable_size(c.oid::regclass) END
FROM pg_class c
LEFT JOIN timescaledb_information.hypertables h
    ON h.hypertable_schema = 'public' AND h.hypertable_name = c.relname
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname
