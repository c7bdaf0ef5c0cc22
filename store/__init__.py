"""The only place with SQL; the only one that knows TimescaleDB."""
