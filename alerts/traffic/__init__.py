"""Usual traffic: what ships do where, learned from their passages, and what is rare beside it."""
