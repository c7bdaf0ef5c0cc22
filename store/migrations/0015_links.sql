-- Who else sent a number, a call sign or a name: two vessels that share one are tied.

-- The history of identities grows slowly: a row only when a vessel says something new.

-- Serves: who else sent an IMO number (store/sql/link_identifiers.sql).
CREATE INDEX static_report_imo ON static_report (run_id, imo) WHERE imo IS NOT NULL;
-- Serves: who else sent a call sign.
CREATE INDEX static_report_call_sign ON static_report (run_id, call_sign)
    WHERE call_sign IS NOT NULL;
-- Serves: who else sent a name.
CREATE INDEX static_report_name ON static_report (run_id, name) WHERE name IS NOT NULL;
