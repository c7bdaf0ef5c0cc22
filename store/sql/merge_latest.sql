-- The newest position of each segment of a block takes the place of the one before. Only one writer
-- of a run commits (move_cursor), so nobody else can insert a segment meanwhile: MERGE costs two
-- thirds of ON CONFLICT.
MERGE INTO latest USING stage_latest AS new
ON latest.run_id = new.run_id AND latest.segment = new.segment
WHEN MATCHED THEN UPDATE SET
    mmsi = new.mmsi, time = new.time, received = new.received,
    spool = new.spool, lon_deg = new.lon_deg, lat_deg = new.lat_deg,
    sog_kn = new.sog_kn, cog_deg = new.cog_deg, heading_deg = new.heading_deg,
    feed = new.feed, message = new.message, nav_status = new.nav_status,
    reports = new.reports
WHEN NOT MATCHED THEN INSERT VALUES (
    new.run_id, new.segment, new.mmsi, new.time, new.received, new.spool, new.lon_deg, new.lat_deg,
    new.sog_kn, new.cog_deg, new.heading_deg, new.feed, new.message, new.nav_status, new.reports
)
