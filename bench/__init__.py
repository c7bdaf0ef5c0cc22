"""Figures side by side in one run."""
