"""The fine coast of the map, from OpenStreetMap: cut into blocks once, read by the web process."""
