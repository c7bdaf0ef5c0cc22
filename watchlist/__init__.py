"""Who it is: vessels of interest, identity matching, cross-check."""
