"""Questions to the sea: who was where, when, and did what; answers with a reason for each ship."""
