"""The spool: every received line on disk first, provably unchanged later."""
