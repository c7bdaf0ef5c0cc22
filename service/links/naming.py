"""A vessel by the name or call sign that she sends, found as the search of the map finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alerts.plain import plain
from maps.live.find import find
from service.errors import WrongUseError
from store.fleet import called

if TYPE_CHECKING:
    import psycopg

_MOST = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """A vessel that may be meant, as she says who she is."""

    mmsi: int
    name: str
    call_sign: str
    imo: int

    def __str__(self) -> str:
        """Return her name and numbers on one line."""
        said = (self.name, f"MMSI {self.mmsi:09d}", f"IMO {self.imo}" if self.imo else "",
                self.call_sign)  # fmt: skip
        return ", ".join(filter(None, said))


class UnclearError(WrongUseError):
    """A name that several vessels send, or none so: ``meant`` are those that may be."""

    def __init__(self, text: str, meant: tuple[Meant, ...]) -> None:
        """Say which vessels ``text`` may mean."""
        self.text, self.meant = text, meant
        who = "; ".join(map(str, meant))
        super().__init__(f"{text!r}: give the MMSI of the vessel that you mean: {who}")


def mmsi_called(connection: psycopg.Connection, text: str) -> int:
    """Return the MMSI of the one vessel whose name or call sign is ``text``.

    Raises UnclearError where several are, or where only like ones are; WrongUseError for none.
    """
    found = tuple(map(_meant, find(called(connection), text, _MOST)))
    wanted = text.strip().upper()
    exact = [one for one in found if wanted in {one.name.upper(), one.call_sign.upper()}]
    if len(exact) == 1:
        return exact[0].mmsi
    if not found:
        raise WrongUseError(f"{text!r}: is no vessel that we heard by this name or call sign; "
                            "expected one, an MMSI, or imo: and seven digits")  # fmt: skip
    raise UnclearError(text, tuple(exact) or found)


def _meant(row: Any) -> Meant:  # noqa: ANN401 (a row of numpy)
    name, sign = (plain(row[one].decode("utf-8", "replace"), 40) for one in ("name", "call_sign"))
    return Meant(int(row["mmsi"]), name, sign, int(row["imo"]))
