"""The dialects: lines that are not bare NMEA, read into the columns of ``ais.batches``."""
