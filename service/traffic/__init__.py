"""Usual traffic: learned from the database, adopted through the spool, asked about a vessel."""
