"""What people see: the live map, static maps, exports, dossiers."""
