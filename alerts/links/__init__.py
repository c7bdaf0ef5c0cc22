"""Who is tied to whom: vessels as a network, each tie with its evidence."""
