-- A message that some of its recipients have: the others are told again, and nothing waits for them.

ALTER TABLE delivery
    -- Of the channel (addresses): who is still to be told. NULL = all of them.
    ADD COLUMN recipients text[],
    -- Whether later messages of its alert, office and channel wait until it is settled.
    ADD COLUMN holds boolean NOT NULL DEFAULT true,
    -- When it was last told in a list of rescues; such ones are repeated by lists. NULL = by itself.
    ADD COLUMN listed_at timestamptz;
-- Serves: rescues that a list told and that nobody took on.
CREATE INDEX delivery_listed ON delivery (office, listed_at) WHERE listed_at IS NOT NULL;

ALTER TABLE alert_told
    -- The first message of a critical rescue: counted by itself, no other uses its budget up.
    ADD COLUMN distress boolean NOT NULL DEFAULT false;
