"""Simulated Mediterranean traffic as real NMEA: seeded, deterministic, marked EXERCISE."""
