-- What the live map asks each second: which alerts are open, in which version.

-- Serves: the frame of marks; it is read from the index alone.
CREATE INDEX alert_open ON alert (id) INCLUDE (version)
    WHERE raised AND state NOT IN ('resolved', 'retracted');
