-- What is to be sent and what was: written in the transaction that makes an alert, sent afterwards.

CREATE TABLE delivery (
    number       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key          text NOT NULL UNIQUE,       -- names one notice on one channel for good
    notice_id    text NOT NULL,              -- one alert, one version, one office
    alert        text NOT NULL,
    office       text NOT NULL,
    channel      text NOT NULL,
    lane         smallint NOT NULL,          -- 0 SAR, 1 law, 2 infrastructure: told in this order
    change       text NOT NULL CHECK (change IN ('alert', 'update', 'cancel', 'ack')),
    why          text NOT NULL,              -- the rule by which it is told
    limited      boolean NOT NULL,           -- it carries lane, place, time and link only
    language     text NOT NULL,
    notice       text NOT NULL,              -- alerts.notices.frozen; json would refuse some names
    enqueued_at  timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts     integer NOT NULL DEFAULT 0, -- begun ones
    next_try_at  timestamptz NOT NULL,
    leased_by    text,
    leased_until timestamptz,                -- until then one worker has it; later, its worker died
    settled_at   timestamptz,
    reference    text,                       -- by which the other side names it when it answers
    said         text,                       -- what the other side answered, or the last fault
    acknowledged_at  timestamptz,
    acknowledged_by  text,
    acknowledged_how text,                   -- link, CAP, CISE
    CHECK ((leased_by IS NULL) = (leased_until IS NULL)),
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
-- Serves: the next one of a channel.
CREATE INDEX delivery_due ON delivery (channel, lane, next_try_at, number) WHERE state = 'waiting';
-- Serves: what an office was told of an alert; that an update never overtakes what it updates. Not
-- only of waiting rows: without statistics such an index was taken in place of the one above.
CREATE INDEX delivery_alert ON delivery (alert, office, channel, number);
-- Serves: the notice that an answer names.
CREATE INDEX delivery_reference ON delivery (reference);
CREATE INDEX delivery_notice ON delivery (notice_id);
-- Serves: dead letters.
CREATE INDEX delivery_dead ON delivery (number) WHERE state = 'dead';
-- Serves: retention.
CREATE INDEX delivery_settled ON delivery (settled_at);
