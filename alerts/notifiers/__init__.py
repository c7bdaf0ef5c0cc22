"""All channels by their kind in config.yaml, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.notifiers.cap import CapDrop
from alerts.notifiers.cise import CiseDrop, CiseHttp
from alerts.notifiers.email import Email
from alerts.notifiers.log import Log
from alerts.notifiers.webhook import Webhook

if TYPE_CHECKING:
    from alerts.notifier import Notifier

NOTIFIERS: dict[str, type[Notifier]] = {
    "cap": CapDrop,
    "cise": CiseHttp,
    "cise-drop": CiseDrop,
    "email": Email,
    "log": Log,
    "webhook": Webhook,
}
