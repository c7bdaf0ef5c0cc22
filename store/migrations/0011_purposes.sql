-- For what somebody reads the list in a session: asked once, kept, and beside every reading.

CREATE TABLE reading_purpose (
    session text NOT NULL,                -- names the session for people, as Person.session
    account text NOT NULL,
    at      timestamptz NOT NULL,
    purpose text NOT NULL CHECK (purpose <> ''),
    case_id text NOT NULL DEFAULT '',     -- case that it belongs to; empty = none
    PRIMARY KEY (account, session)        -- a new purpose takes the place of the one before
);
