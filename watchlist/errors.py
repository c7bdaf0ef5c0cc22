"""What can go wrong in this room: one root."""


class WatchlistError(Exception):
    """An entry or a file cannot be used; the message says which, why and how to cure it."""


class RefusedFileError(WatchlistError):
    """A file that is hostile or no list at all: nothing of it is taken."""
