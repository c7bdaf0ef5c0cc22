"""Errors of the maps room; each is one line with its cure."""


class MapsError(Exception):
    """Root of this room's errors."""


class WireError(MapsError, ValueError):
    """A frame of the live map is not what docs/live-map.md says."""


class ExportError(MapsError):
    """A format cannot hold what was asked for."""


class CoastError(MapsError):
    """The fine coast cannot be read or made."""
