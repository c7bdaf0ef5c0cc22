"""What events of one vessel, pair or area grow into: one incident that people can decide on."""
