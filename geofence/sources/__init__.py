"""Where zones and coasts come from: one file per source."""
