-- What changed at sea from week to week: a report for each week, and the mail that tells of it.

CREATE TABLE trend_report (
    until   timestamptz PRIMARY KEY,      -- end of the weeks that it compares, a Monday 00:00 UTC
    made_at timestamptz NOT NULL,
    content json NOT NULL                 -- alerts.trends.report.Report
);

ALTER TABLE digest DROP CONSTRAINT digest_kind_check;
ALTER TABLE digest ADD CONSTRAINT digest_kind_check
    CHECK (kind IN ('daily', 'weekly', 'heartbeat', 'trends'));
