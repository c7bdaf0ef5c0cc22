"""Notices as signed JSON to an HTTP endpoint, after the Standard Webhooks specification.

Headers: ``webhook-id`` (the key, the same for every attempt: who takes a message twice sees it
by that), ``webhook-timestamp``, ``webhook-signature`` = ``v1,`` and the Base64 of the HMAC-SHA256
over ``id.timestamp.body``; ``Idempotency-Key`` says the key again.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from alerts.alert import Alert, Notice
from alerts.events import Event, stamp
from alerts.notices import alert_json
from alerts.notifier import Receipt, Refused
from alerts.posting import Endpoint, accepted, post

_SHORTEST_SECRET = 24


@dataclass(frozen=True, slots=True)
class Webhook:
    """A channel to one HTTP endpoint.

    name        of the channel · url  https; http only within ``allow``
    secret_env  environment variable with the shared secret, 24 characters or more
    allow       networks besides the public internet, as 10.1.0.0/16
    timeout_s   for the whole exchange, seconds · ca_file  trusted certificates, PEM

    Raises EndpointError for an address that cannot be meant.
    """

    kind: ClassVar[str] = "webhook"

    name: str
    url: str
    secret_env: str
    allow: tuple[str, ...] = ()
    timeout_s: float = 15.0
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        """Check the address."""
        self._endpoint()

    def ready(self) -> None:
        """Raise Refused where the secret is not there."""
        self._secret()

    def send(self, notice: Notice, key: str) -> Receipt:
        """Post the notice; the reference is ``key``. Raises Later and Refused."""
        body = json.dumps(payload(notice)).encode()
        at = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "vedetta",
            "Idempotency-Key": key,
            "webhook-id": key,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(self._secret(), key, at, body),
        }
        endpoint = self._endpoint()
        return Receipt(key, accepted(endpoint, post(endpoint, body, headers), at))

    def _endpoint(self) -> Endpoint:
        return Endpoint(self.url, self.allow, self.timeout_s, self.ca_file)

    def _secret(self) -> bytes:
        secret = os.environ.get(self.secret_env, "")
        if len(secret) < _SHORTEST_SECRET:
            msg = (
                f"channel {self.name}: ${self.secret_env} has {len(secret)} characters; expected "
                f"a secret of {_SHORTEST_SECRET} or more"
            )
            raise Refused(msg)
        return secret.encode()


def signature(secret: bytes, key: str, at_s: int, body: bytes) -> str:
    """Return the header that proves who sent ``body`` at Unix time ``at_s`` under ``key``."""
    signed = b".".join([key.encode(), str(at_s).encode(), body])
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def payload(notice: Notice) -> dict[str, Any]:
    """Return a notice as the JSON that is posted; a limited one: lane, place, time and link."""
    alert = notice.alert
    said: dict[str, Any] = {
        "notice": notice.id,
        "change": notice.change,
        "office": notice.office,
        "language": notice.language,
        "sent_at": stamp(notice.sent_us),
        "exercise": alert.exercise,
        "references": [
            {"notice": name, "sent_at": stamp(at_us)} for name, at_us in notice.references
        ],
        "limited": notice.limited,
        "link": notice.link,
        "alert": _bare(alert) if notice.limited else _whole(alert),
    }
    if notice.change == "ack":
        said["taken_by"] = notice.taken_by
    if notice.waiting:
        said["waiting"] = notice.waiting
    if not notice.limited:
        said["zones"] = list(notice.zone_names)
        said["events"] = [_event(one) for one in notice.events]
        said["sar"] = None if notice.sar is None else _sar(notice)
    return said


def _bare(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "version": alert.version,
        "state": alert.state,
        "lane": alert.lane,
        "place": alert.place,
        "lon": alert.lon,
        "lat": alert.lat,
        "started_at": stamp(alert.started_us),
        "updated_at": stamp(alert.updated_us),
        "handling": alert.codes.handling,
        "tlp": alert.codes.tlp,
    }


def _whole(alert: Alert) -> dict[str, Any]:
    # Names that end in _us are times within; what people decided here is no business of others.
    inner = {"snoozed_until_us", "snooze_reason", "assignee", "offices"}
    whole = {
        name: value
        for name, value in alert_json(alert).items()
        if not name.endswith("_us") and name not in inner
    }
    ended = alert.ended_us
    return {**whole, **_bare(alert), "ended_at": None if ended is None else stamp(ended)}


def _event(event: Event) -> dict[str, Any]:
    """Return the event as DESIGN §6 says it; where its rows lie stays here."""
    told = event.as_dict(lambda at: {"at": at})
    return {name: value for name, value in told.items() if name != "inputs"}


def _sar(notice: Notice) -> dict[str, Any]:

    assert notice.sar is not None  # noqa: S101 (asked by the caller)
    told = dataclasses.asdict(notice.sar)
    told["known_at"] = stamp(told.pop("known_at_us"))
    return told
