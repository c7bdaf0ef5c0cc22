"""What can go wrong in the store.

StoreError
├── EmbeddedError      the database of our own cannot be prepared, started or stopped
├── MigrationError     the schema cannot be brought up to date
├── CursorMovedError   another writer commits to the same cursor
├── UnavailableError   the database is away or not as it should be: reconnect and try again
├── RefusedError       the database refuses these rows: trying again does not help
├── TurnError          this program takes its turns in the wrong order
└── RuleError          a person's change is against the rules of the list or of the zones
    └── FourEyesError  who proposed an entry may not release it
"""

from __future__ import annotations


class StoreError(Exception):
    """Root of this room's errors; the text is one line: what, the value, the cure."""


class EmbeddedError(StoreError):
    """The database of our own cannot be prepared, started or stopped.

    Attributes:
        what: What failed, without the ways out that the text adds.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"{what}: set DATABASE_URL to a TimescaleDB, or start the one in compose.yaml "
            "(docker compose up -d db), or use a Debian 12 or 13 machine"
        )


class MigrationError(StoreError):
    """The schema cannot be brought up to date."""


class CursorMovedError(StoreError):
    """Another writer has committed to the same cursor.

    Attributes:
        run_id: The run whose cursor it is, 0 = live.
    """

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        super().__init__(
            f"cursor of run {run_id} was moved by another writer: expected one ingest per "
            "database; stop the other one"
        )


class TurnError(StoreError):
    """This program asked for turns in an order in which others could wait for each other."""

    def __init__(self, turn: str, late: str) -> None:
        super().__init__(
            f"turn {turn!r} was asked for after {late!r}: expected the order of store.changes"
        )


class UnavailableError(StoreError):
    """The database went away or cannot serve just now: reconnect and try the same again.

    Attributes:
        sqlstate: The server's five characters, such as 53200 (out of memory); None when it did
            not answer. Source: PostgreSQL documentation, appendix A.
    """

    def __init__(self, text: str, sqlstate: str | None = None) -> None:
        self.sqlstate = sqlstate
        super().__init__(text)


class RefusedError(StoreError):
    """The database answered and refused these rows: trying the same again will not help."""


class RuleError(StoreError):
    """A person's change is against the rules of the list or of the zones; nothing was changed."""


class FourEyesError(RuleError):
    """Somebody wants to release what is their own proposal.

    Attributes:
        entry: Id of the entry.
        author: Who proposed the version.
    """

    def __init__(self, entry: str, version: int, author: str) -> None:
        self.entry = entry
        self.author = author
        super().__init__(
            f"entry {entry}: version {version} was proposed by {author!r}, who may not release it "
            "too: expected another person (four eyes)"
        )
