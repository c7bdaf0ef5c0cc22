"""The live map: its page, its symbols, and what travels to the browser."""
