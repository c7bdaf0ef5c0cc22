-- Who else sent a number, a call sign or a name: two vessels that share one are tied.

-- Serves: store/sql/link_identifiers.sql. The history of identities grows slowly: a row only when
-- a vessel says something new.
CREATE INDEX static_report_imo ON static_report (run_id, imo) WHERE imo IS NOT NULL;
CREATE INDEX static_report_call_sign ON static_report (run_id, call_sign)
    WHERE call_sign IS NOT NULL;
CREATE INDEX static_report_name ON static_report (run_id, name) WHERE name IS NOT NULL;
