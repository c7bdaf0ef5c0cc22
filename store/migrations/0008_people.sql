-- Who may sign in, what they may do, and who is signed in now. Who changed what stands in audit.

CREATE SEQUENCE account_id;
CREATE TABLE account (
    id             text PRIMARY KEY,
    name           text NOT NULL,               -- as it was given; never changes
    folded         text NOT NULL UNIQUE,        -- as the four-eyes rule compares names
    display        text NOT NULL,
    role           text NOT NULL CHECK (role IN
        ('operator', 'office', 'analyst', 'supervisor', 'administrator', 'auditor')),
    member_state   text NOT NULL CHECK (member_state = '' OR member_state ~ '^[A-Z]{3}$'),
    office         text NOT NULL,               -- id in the routing table; empty = none
    clearance      text NOT NULL CHECK (clearance IN ('H0', 'H1', 'H2', 'H3')),
    password       text NOT NULL,               -- argon2id
    password_until timestamptz,                 -- of a temporary one; NULL = the person's own
    totp           text NOT NULL DEFAULT '',    -- base32; empty = no second factor yet
    totp_step      bigint NOT NULL DEFAULT 0,   -- newest half minute whose code was used
    state          text NOT NULL CHECK (state IN ('active', 'disabled', 'must_set_password')),
    created_by     text NOT NULL,
    created_at     timestamptz NOT NULL,
    created_why    text NOT NULL,
    changed_by     text NOT NULL,
    changed_at     timestamptz NOT NULL,
    changed_why    text NOT NULL,
    CHECK ((role = 'office') = (office <> ''))
);

-- Only the hash of what the browser holds.
CREATE TABLE session (
    key     bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    account text NOT NULL REFERENCES account (id),
    step    text NOT NULL CHECK (step IN ('password', 'enrol', 'code', 'in')),
    pending text NOT NULL DEFAULT '',           -- second factor that is being enrolled, base32
    made_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    address text NOT NULL,
    agent   text NOT NULL
);
-- Serves: the sessions of a person; signing out everywhere.
CREATE INDEX session_account ON session (account);
-- Serves: retention.
CREATE INDEX session_ends ON session (ends_at);

-- What other programs sign in with, in the name of a person.
CREATE TABLE api_token (
    key     bytea PRIMARY KEY CHECK (octet_length(key) = 32),
    account text NOT NULL REFERENCES account (id),
    label   text NOT NULL,
    deeds   text[] NOT NULL CHECK (cardinality(deeds) > 0),
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    UNIQUE (account, label)
);
