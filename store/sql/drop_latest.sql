-- Segments long unheard leave the live picture; where their vessels were last seen stays known.
WITH gone AS (
    DELETE FROM latest
    WHERE run_id = 0 AND received < %(before)s
    RETURNING mmsi, time, received, lon_deg, lat_deg
), kept AS (
    INSERT INTO last_seen
    SELECT DISTINCT ON (mmsi) mmsi, time, received, lon_deg, lat_deg
    FROM gone
    ORDER BY mmsi, received DESC
    ON CONFLICT (mmsi) DO UPDATE SET
        time = excluded.time, received = excluded.received,
        lon_deg = excluded.lon_deg, lat_deg = excluded.lat_deg
    WHERE last_seen.received < excluded.received
)
SELECT count(*)::integer FROM gone
