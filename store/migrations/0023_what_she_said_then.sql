-- Serves: what a live vessel had said of herself by a moment of the past, newest first. The index
-- by kind and spool would be read from today back.
CREATE INDEX static_report_then ON static_report (mmsi, received) WHERE run_id = 0;
