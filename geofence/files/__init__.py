"""Zones as files of geographic programs: GeoPackage, Shapefile, GeoJSON and KML, in and out."""
