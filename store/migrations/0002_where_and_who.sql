-- Where and who: zones, the list of vessels of interest, their editions, what vessels did, audit.
-- Everything that people change is added as a version and never overwritten.

-- A version of a zone of our own; the newest one counts. Zones that come with the program are no
-- rows here. json and not jsonb: a coordinate keeps every digit and the sign of its zero.
CREATE TABLE zone_version (
    zone    text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    state   text NOT NULL CHECK (state IN ('active', 'removed')),
    feature json NOT NULL,                -- GeoJSON, as geofence.zones.Zone writes it
    author  text NOT NULL,
    at      timestamptz NOT NULL,
    why     text NOT NULL,
    PRIMARY KEY (zone, version)           -- serves also: the newest version and the history of a zone
);

CREATE SEQUENCE entry_id;                 -- V-000001 and so on; a gap is no fault

-- A version of an entry of the list, without persons.
CREATE TABLE entry_version (
    entry       text NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    state       text NOT NULL CHECK (state IN
        ('proposed', 'released', 'superseded', 'rejected', 'withdrawn', 'erased')),
    content     jsonb,                    -- watchlist.entries.WatchlistEntry; NULL = erased
    author      text NOT NULL,
    at          timestamptz NOT NULL,
    why         text NOT NULL,            -- empty when erased: it may name somebody
    released_by text,
    released_at timestamptz,
    ended_by    text,                     -- who rejected, withdrew, erased it or released the next
    ended_at    timestamptz,
    ended_why   text,
    PRIMARY KEY (entry, version),         -- serves also: the newest version and the history of an entry
    CHECK ((content IS NULL) = (state = 'erased')),
    CHECK ((released_by IS NULL) = (released_at IS NULL)),
    CHECK (state <> 'released' OR released_by IS NOT NULL)
);
-- Serves: the list in force; sees to it that one version of an entry is in force, not two.
CREATE UNIQUE INDEX entry_version_released ON entry_version (entry) WHERE state = 'released';
-- Sees to it that one proposal of an entry is open: a newer one takes the place of an older one.
CREATE UNIQUE INDEX entry_version_proposed ON entry_version (entry) WHERE state = 'proposed';

-- Personal data, apart from the entry so that a role may be kept from it. Replaced, not versioned:
-- what was corrected is gone.
CREATE TABLE entry_person (
    entry  text NOT NULL,
    number integer NOT NULL,              -- the order in which they were given
    role   text NOT NULL,
    name   text NOT NULL,
    note   text NOT NULL,
    author text NOT NULL,
    at     timestamptz NOT NULL,
    why    text NOT NULL,
    PRIMARY KEY (entry, number)
);

-- What was published as a whole: the bytes that a control line names by their hash.
CREATE TABLE edition (
    what    text NOT NULL,                -- zones, watchlist
    version integer NOT NULL CHECK (version > 0),
    sha256  text NOT NULL,
    content bytea,                        -- NULL = no longer kept: it was superseded long ago
    author  text NOT NULL,
    at      timestamptz NOT NULL,
    why     text NOT NULL,
    PRIMARY KEY (what, version)           -- serves also: the newest edition
);
-- Serves: the bytes of an edition that a spool names.
CREATE INDEX edition_sha256 ON edition (sha256);

-- From which spool position on an edition was in force.
CREATE TABLE adoption (
    run_id   integer NOT NULL REFERENCES run ON DELETE CASCADE,
    what     text NOT NULL,
    spool    bigint NOT NULL,             -- of the control line
    version  integer NOT NULL,
    sha256   text NOT NULL,
    received timestamptz NOT NULL,
    PRIMARY KEY (run_id, what, spool)     -- serves also: what was in force at a spool position
);

-- What vessels did at zones. No hypertable, here and below: live rows and replays share the table,
-- so no chunk could be dropped whole, and a replay may be decades old.
CREATE TABLE zone_visit (
    run_id  integer NOT NULL,
    mmsi    integer NOT NULL,
    segment integer,
    spool   bigint NOT NULL,
    zone    text NOT NULL,
    change  smallint NOT NULL,            -- geofence.visits.CHANGES
    time    timestamptz NOT NULL,
    since   timestamptz NOT NULL,
    lon_deg double precision NOT NULL,
    lat_deg double precision NOT NULL
);
-- Serves: where a vessel has been; the deletion of a run.
CREATE INDEX zone_visit_mmsi_time ON zone_visit (run_id, mmsi, time);
-- Serves: who was at a zone.
CREATE INDEX zone_visit_zone_time ON zone_visit (run_id, zone, time);
-- Serves: retention. Rows come nearly in order of time, so a BRIN of some pages is enough.
CREATE INDEX zone_visit_time ON zone_visit USING brin (time);

-- Vessels that answered to an entry of the list.
CREATE TABLE watchlist_hit (
    run_id     integer NOT NULL,
    mmsi       integer NOT NULL,
    received   timestamptz NOT NULL,
    spool      bigint NOT NULL,
    entry      text NOT NULL,
    version    integer NOT NULL,          -- of the entry
    matched_on smallint NOT NULL,         -- watchlist.hits.MATCHED_ON
    score      real NOT NULL,
    agrees     smallint NOT NULL,         -- bits of watchlist.hits.FACTS
    disagrees  smallint NOT NULL,
    name       text,                      -- as the vessel sent them
    call_sign  text,
    imo        bigint
);
-- Serves: what a vessel answered to; the deletion of a run.
CREATE INDEX watchlist_hit_mmsi_time ON watchlist_hit (run_id, mmsi, received);
-- Serves: who answered to an entry.
CREATE INDEX watchlist_hit_entry_time ON watchlist_hit (run_id, entry, received);
-- Serves: retention.
CREATE INDEX watchlist_hit_time ON watchlist_hit USING brin (received);

-- Where a vessel that left ``latest`` was last seen live: one row per vessel, however long ago.
CREATE TABLE last_seen (
    mmsi     integer PRIMARY KEY,         -- serves: the cross-check of many numbers at once
    time     timestamptz NOT NULL,
    received timestamptz NOT NULL,
    lon_deg  double precision NOT NULL,
    lat_deg  double precision NOT NULL
);
-- Vessels that retention took out of ``latest`` before this table was there.
INSERT INTO last_seen (mmsi, time, received, lon_deg, lat_deg)
SELECT mmsi, last(time, received), max(received), last(lon_deg, received), last(lat_deg, received)
FROM position
GROUP BY mmsi;

-- Who did what and why. hash is the SHA-256 over the row before it and this row (store/audit.py).
CREATE TABLE audit (
    number  bigint PRIMARY KEY,           -- 1, 2, 3 without a gap
    at      timestamptz NOT NULL,
    who     text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    why     text NOT NULL,
    details json NOT NULL,                -- json and not jsonb: the hash is over this very text
    hash    bytea NOT NULL
);
-- Serves: what was done to one entry, zone or person.
CREATE INDEX audit_subject ON audit (subject, number);

CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of table % are only ever added: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();
CREATE TRIGGER zone_version_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON zone_version
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();
CREATE TRIGGER edition_only_added BEFORE DELETE OR TRUNCATE ON edition
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();
CREATE TRIGGER edition_only_emptied BEFORE UPDATE ON edition
    FOR EACH ROW WHEN (
        NEW.content IS NOT NULL OR (NEW.what, NEW.version, NEW.sha256, NEW.author, NEW.at, NEW.why)
            IS DISTINCT FROM (OLD.what, OLD.version, OLD.sha256, OLD.author, OLD.at, OLD.why)
    ) EXECUTE FUNCTION only_added();
CREATE TRIGGER entry_version_never_removed BEFORE DELETE OR TRUNCATE ON entry_version
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

-- A version keeps what it says; only its state goes on, and erasure empties it.
CREATE FUNCTION entry_version_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.entry, NEW.version, NEW.author, NEW.at) IS DISTINCT FROM
            (OLD.entry, OLD.version, OLD.author, OLD.at)
        OR NEW.state <> 'erased' AND (NEW.content, NEW.why) IS DISTINCT FROM (OLD.content, OLD.why)
    THEN
        RAISE EXCEPTION 'version % of entry % cannot be changed: propose a new one',
            OLD.version, OLD.entry USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (
        NEW.state = 'erased' AND OLD.state <> 'erased'
        OR OLD.state = 'proposed' AND NEW.state IN ('released', 'superseded', 'rejected', 'withdrawn')
        OR OLD.state = 'released' AND NEW.state IN ('superseded', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'version % of entry % is %: it cannot become %',
            OLD.version, OLD.entry, OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_version_state BEFORE UPDATE ON entry_version
    FOR EACH ROW EXECUTE FUNCTION entry_version_goes_on();
