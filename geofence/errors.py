"""What can go wrong in this room: one root."""


class GeofenceError(Exception):
    """A zone, coast or position cannot be used; the message says which, why and how to cure it."""
