-- Models of the usual traffic, each learned from the one before and the days since.
CREATE TABLE traffic_model (
    version  integer PRIMARY KEY CHECK (version > 0),
    sha256   text NOT NULL,
    content  bytea,                       -- alerts.traffic.model; NULL = no longer kept
    bytes    bigint NOT NULL,
    passages double precision NOT NULL,   -- ships through cells, as they counted then
    lines    integer NOT NULL,            -- ships that go to and fro
    since    timestamptz NOT NULL,        -- of the positions that it was learned from
    until    timestamptz NOT NULL,
    author   text NOT NULL,
    at       timestamptz NOT NULL,
    why      text NOT NULL
);
