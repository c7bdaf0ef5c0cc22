-- Numbers by which programs ask what became of alerts since they asked last.

-- Transactions end in another order than they begin: a number taken with a change could appear
-- after a greater one, and who has asked beyond it would never learn of it. So a change leaves a
-- row here, and its number is given once it can be seen (sql/number_alerts.sql).
CREATE TABLE alert_turn (
    alert  text NOT NULL,
    office text NOT NULL                     -- '' = a new version; else who was told of it
);

CREATE SEQUENCE alert_numbers;
CREATE TABLE alert_number (
    alert   text NOT NULL REFERENCES alert ON DELETE CASCADE,
    office  text NOT NULL,                   -- '' = its newest version; else first told to it
    version integer NOT NULL,
    number  bigint NOT NULL,
    PRIMARY KEY (alert, office)
);
-- Serves: what came after a number.
CREATE UNIQUE INDEX alert_number_number ON alert_number (number);

INSERT INTO alert_number (alert, office, version, number)
SELECT alert, office, version, nextval('alert_numbers')
FROM (
    SELECT t.alert, t.office, a.version
    FROM (SELECT alert, office FROM alert_told UNION SELECT alert, office FROM delivery) AS t
    JOIN alert a ON a.id = t.alert
    WHERE a.raised
) AS told;
INSERT INTO alert_number (alert, office, version, number)
SELECT id, '', version, nextval('alert_numbers')
FROM (SELECT id, version FROM alert WHERE raised ORDER BY changed_at, id) AS there;

CREATE FUNCTION alert_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alert_turn VALUES (NEW.alert, '');
    RETURN NULL;
END $$;
CREATE FUNCTION alert_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alert_turn VALUES (NEW.alert, NEW.office);
    RETURN NULL;
END $$;
CREATE TRIGGER alert_change_in_turn AFTER INSERT ON alert_change
    FOR EACH ROW EXECUTE FUNCTION alert_changes();
CREATE TRIGGER alert_told_in_turn AFTER INSERT ON alert_told
    FOR EACH ROW EXECUTE FUNCTION alert_is_told();
CREATE TRIGGER delivery_in_turn AFTER INSERT ON delivery
    FOR EACH ROW EXECUTE FUNCTION alert_is_told();
