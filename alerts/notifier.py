"""What every channel is: it sends one notice, or says whether trying again can help.

::

    outbox ──Notice, key──▶ Notifier.send ──▶ Receipt
                                 └─raises──▶ Later (try again) | Refused (a person must look)

A channel knows nothing of queues, retries or the database; what calls it keeps those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from alerts.alert import Notice
from alerts.errors import AlertsError


class Later(AlertsError):  # noqa: N818 (it says what to do next, not what broke)
    """It was not sent now, and trying again can help.

    Attributes:
        retry_after_s: Seconds for which the other side asks to be left alone, None where it does
            not say.
    """

    def __init__(self, text: str, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(text)


class Partly(Later):
    """Some recipients of it have it; only the others are to be told again.

    Attributes:
        left: Who has not got it, as the channel names them.
    """

    def __init__(self, text: str, left: Sequence[str]) -> None:
        self.left = tuple(left)
        super().__init__(text)


class Refused(AlertsError):  # noqa: N818 (as above)
    """It will never be sent as it is: wrong address, wrong key, forbidden; a person must look."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What tells later that, and as what, a notice was sent.

    reference  by which the other side names the message when it answers: Message-ID, CAP
               identifier, CISE MessageID; the same for every attempt with one key
    said       what the other side answered, one line, empty where it says nothing
    """

    reference: str
    said: str = ""


class Notifier(Protocol):
    """A channel: a frozen dataclass whose fields are its settings in config.yaml.

    Secrets are no fields: a field names the environment variable that holds one.
    """

    kind: ClassVar[str]

    @property
    def name(self) -> str:
        """The channel's name, by which offices and rules call it."""

    def send(self, notice: Notice, key: str) -> Receipt:
        """Send ``notice``; ``key`` is the same for every attempt, so a repeat is known as one.

        Called in a thread of the channel's own; it returns or raises within some minute.
        Raises Later where trying again can help, Partly where some have it, and Refused where it
        cannot.
        """

    def ready(self) -> None:
        """Raise Refused where something that it needs is not there: a secret, a key, a folder.

        Asked once at start, so that a fault is known before the first alert.
        """


@runtime_checkable
class ToSeveral(Protocol):
    """A channel that raises Partly, and is then asked to tell those only who are left."""

    def send_to(self, notice: Notice, key: str, left: Sequence[str]) -> Receipt:
        """Send ``notice`` to ``left`` only; all else as ``Notifier.send``."""


def delivery_key(notice_id: str, channel: str) -> str:
    """Return 32 hex digits that name one notice on one channel for good (idempotency key)."""
    return hashlib.sha256(f"{notice_id}|{channel}".encode()).hexdigest()[:32]
