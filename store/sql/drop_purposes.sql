-- Forget the purposes of sessions that have long ended; the audit keeps what was read for them.
DELETE FROM reading_purpose WHERE at < %(now)s - interval '2 days'
