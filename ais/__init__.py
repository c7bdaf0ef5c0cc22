"""What the sea says: bytes in, typed columns out."""
