-- Exports that were asked for at a page or by a program: what is to be made, and what can be taken.

CREATE TABLE export_order (
    id         text PRIMARY KEY,              -- names the file; "X-" and 12 hex digits
    account    text NOT NULL,                 -- whose it is: nobody else learns of it
    at         timestamptz NOT NULL,
    who        text NOT NULL,
    why        text NOT NULL,
    asked      json NOT NULL,                 -- service.exporting.asking.Asked.query and permission
    state      text NOT NULL CHECK (state IN ('waiting', 'ready', 'failed', 'gone')),
    said       text NOT NULL DEFAULT '',      -- why it failed, for who asked
    sidecar    json,                          -- of what is ready
    ready_at   timestamptz,
    expires_at timestamptz,                   -- when its file goes
    taken_at   timestamptz                    -- when somebody fetched it first
);
-- Serves: what waits for the jobs process, oldest first.
CREATE INDEX export_order_waiting ON export_order (at) WHERE state = 'waiting';
-- Serves: the exports of a person, newest first.
CREATE INDEX export_order_account ON export_order (account, at);
