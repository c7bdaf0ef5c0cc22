-- Contacts: what people saw or heard of at sea and AIS cannot show. Each sighting is a version.

CREATE SEQUENCE contact_id;               -- C-000001 and so on; a gap is no fault

CREATE TABLE contact_version (
    contact text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    state   text NOT NULL CHECK (state IN ('open', 'closed')),
    content jsonb NOT NULL,               -- alerts.contacts.Contact
    author  text NOT NULL,
    at      timestamptz NOT NULL,
    why     text NOT NULL,
    PRIMARY KEY (contact, version)        -- serves also: the newest version and the track of a contact
);
-- Serves: retention.
CREATE INDEX contact_version_at ON contact_version (at);
