-- Keys that the service makes for itself: whoever reads the database has them, nobody else.
CREATE TABLE server_key (
    name text PRIMARY KEY,
    key  text NOT NULL
);
