-- OPTIONAL, never applied by Vedetta itself: what the community edition of TimescaleDB adds.
-- «vedetta db status» says which edition answers. Debian's packages are the Apache edition, where
-- every statement below fails. Apply it once, by hand, after the first start:
--
--     psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f store/sql/community.sql
--
-- docs/database.md says what each part brings and how to take it back.

-- 1. Columns instead of rows for days that are over: 4.6 times smaller. A late row may still be
--    written into such a day; refilling a whole span is faster after convert_to_rowstore.
ALTER TABLE position SET (
    timescaledb.enable_columnstore = true,
    timescaledb.segmentby = 'mmsi',
    timescaledb.orderby = 'time desc'
);
CALL add_columnstore_policy('position', after => interval '2 days');

-- 2. One row per vessel and minute, kept up to date by the database: long tracks and density maps
--    read fewer rows.
CREATE MATERIALIZED VIEW position_minute
WITH (timescaledb.continuous) AS
SELECT mmsi, time_bucket('1 minute', time) AS minute,
    last(lon_deg, time) AS lon_deg, last(lat_deg, time) AS lat_deg,
    avg(sog_kn) AS sog_kn, count(*) AS reports
FROM position
GROUP BY mmsi, minute
WITH NO DATA;
SELECT add_continuous_aggregate_policy(
    'position_minute',
    start_offset => interval '3 days',
    end_offset => interval '10 minutes',
    schedule_interval => interval '10 minutes'
);

-- 3. Retention by the database. Keep it at least as long as retention.positions_days in
--    config.yaml: whichever is shorter wins.
SELECT add_retention_policy('position', drop_after => interval '90 days');
