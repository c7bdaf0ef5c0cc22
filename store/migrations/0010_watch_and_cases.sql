-- The watch log with its hand-overs, and cases with all that is in them.

-- What people wrote into the log. Never changed: a second note corrects the first.
CREATE TABLE log_note (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    author   text NOT NULL,
    text     text NOT NULL CHECK (text <> ''),
    corrects bigint,                      -- the note that it corrects; that one may be gone by age
    mmsi     integer,
    alert    text,
    place    text NOT NULL DEFAULT ''
);
-- Serves: the notes of a watch; retention.
CREATE INDEX log_note_at ON log_note (at);
CREATE TRIGGER log_note_only_added BEFORE UPDATE ON log_note
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

CREATE SEQUENCE hand_over_id;             -- W-000001 and so on; a gap is no fault

-- A log that was handed over: frozen, to the letter, as it was signed.
CREATE TABLE hand_over (
    id      text PRIMARY KEY,
    since   timestamptz NOT NULL,
    until   timestamptz NOT NULL CHECK (until > since),
    content text NOT NULL,                -- JSON of service.hand_over
    sha256  text NOT NULL                 -- of content, hexadecimal
);
-- Serves: the list of hand-overs; retention.
CREATE INDEX hand_over_until ON hand_over (until);
CREATE TRIGGER hand_over_only_added BEFORE UPDATE ON hand_over
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

CREATE TABLE hand_over_signature (
    hand_over text NOT NULL REFERENCES hand_over ON DELETE CASCADE,
    side      text NOT NULL CHECK (side IN ('outgoing', 'incoming')),
    account   text NOT NULL,
    name      text NOT NULL,
    display   text NOT NULL,
    at        timestamptz NOT NULL,
    sha256    text NOT NULL,              -- over content, signer, time and the signature before
    PRIMARY KEY (hand_over, side)
);
-- Serves: when a person's last watch ended.
CREATE INDEX hand_over_signature_account ON hand_over_signature (account);
CREATE TRIGGER hand_over_signature_only_added BEFORE UPDATE ON hand_over_signature
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

CREATE SEQUENCE case_id;                  -- K-000001 and so on; a gap is no fault

CREATE TABLE case_file (
    id          text PRIMARY KEY,
    title       text NOT NULL,
    basis       text NOT NULL,            -- the law that it rests on, in words
    reference   text NOT NULL,            -- of the order or the file elsewhere
    reason      text NOT NULL,            -- why lists and dossiers are read for it
    handling    text NOT NULL CHECK (handling IN ('H0', 'H1', 'H2', 'H3')),
    comment     text NOT NULL,            -- what H3 restricts
    tlp         text NOT NULL CHECK (tlp IN ('clear', 'green', 'amber', 'red')),
    contributor text NOT NULL CHECK (contributor = '' OR contributor ~ '^[A-Z]{3}$'),
    state       text NOT NULL CHECK (state IN ('open', 'closed')),
    review_by   date NOT NULL,
    opened_by   text NOT NULL,
    opened_at   timestamptz NOT NULL,
    closed_at   timestamptz,
    closed_why  text NOT NULL DEFAULT '',
    CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
-- Serves: retention.
CREATE INDEX case_file_closed ON case_file (closed_at) WHERE state = 'closed';

CREATE TABLE case_member (
    case_id text NOT NULL REFERENCES case_file ON DELETE CASCADE,
    account text NOT NULL,
    name    text NOT NULL,
    role    text NOT NULL CHECK (role IN ('lead', 'member', 'reader')),
    author  text NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (case_id, account)
);
-- Serves: the cases of a person.
CREATE INDEX case_member_account ON case_member (account);

-- Vessels, alerts and contacts of a case.
CREATE TABLE case_item (
    case_id text NOT NULL REFERENCES case_file ON DELETE CASCADE,
    kind    text NOT NULL CHECK (kind IN ('vessel', 'alert', 'contact')),
    ref     text NOT NULL,                -- MMSI, imo:N, or the id
    note    text NOT NULL,
    codes   jsonb NOT NULL,               -- alerts.alert.Codes of what it brings along
    author  text NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (case_id, kind, ref)
);

CREATE TABLE case_note (
    number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id text NOT NULL REFERENCES case_file ON DELETE CASCADE,
    text    text NOT NULL CHECK (text <> ''),
    author  text NOT NULL,
    at      timestamptz NOT NULL
);
-- Serves: the notes of a case.
CREATE INDEX case_note_case ON case_note (case_id, number);
CREATE TRIGGER case_note_only_added BEFORE UPDATE ON case_note
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

-- The bytes of files, once however often they were given.
CREATE TABLE case_content (
    sha256  text PRIMARY KEY,
    content bytea NOT NULL
);

CREATE SEQUENCE case_paper_id;            -- F-000001 and so on
CREATE TABLE case_paper (
    id      text PRIMARY KEY,
    case_id text NOT NULL REFERENCES case_file ON DELETE CASCADE,
    name    text NOT NULL,                -- as its giver called it: shown, never used
    ending  text NOT NULL,                -- of what its bytes are, as pdf
    media   text NOT NULL,
    size    bigint NOT NULL,
    sha256  text NOT NULL REFERENCES case_content,
    note    text NOT NULL,
    codes   jsonb NOT NULL,
    author  text NOT NULL,
    at      timestamptz NOT NULL
);
-- Serves: the files of a case.
CREATE INDEX case_paper_case ON case_paper (case_id, id);
-- Serves: whether the bytes of a file are still needed.
CREATE INDEX case_paper_sha256 ON case_paper (sha256);
CREATE TRIGGER case_paper_only_added BEFORE UPDATE ON case_paper
    FOR EACH STATEMENT EXECUTE FUNCTION only_added();

-- Which reads of the hour stand in the audit already.
CREATE TABLE case_read (
    case_id text NOT NULL REFERENCES case_file ON DELETE CASCADE,
    account text NOT NULL,
    hour    timestamptz NOT NULL,
    PRIMARY KEY (case_id, account, hour)
);
