"""The weekly look at what changed at sea, and whom it is told."""
