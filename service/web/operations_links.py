"""What the route of links takes and answers."""

from __future__ import annotations

from alerts.links.ties import GROUPS, KINDS
from service.links.asking import MOST_HOPS
from service.web.described import (
    COUNT,
    REAL,
    TEXT,
    TIME,
    YES,
    Operation,
    all_of,
    asked,
    object_of,
    or_null,
    several,
    whole,
)

_TIE = all_of(
    kind={"enum": list(KINDS)}, says=TEXT, strength=REAL, first=or_null("string"),
    last=or_null("string"), lon=or_null("number"), lat=or_null("number"), evidence=TEXT,
    handling=TEXT, tlp=TEXT,
)  # fmt: skip
_NODE = all_of(id=TEXT, mmsi=or_null("integer"), name=or_null("string"), flag=or_null("string"),
               type=or_null("string"), listed=several(TEXT))  # fmt: skip

LINKS = {
    ("GET", "/api/v1/links"): Operation(
        "Who is tied to a vessel, or to whom in the whole sea: met, sailed together, shared an "
        "identifier, lay in port together, owners and sisters by the list; each with its "
        "evidence. What the list tells is in it only for who said for what they read it",
        object_of(
            "since", "until", "nodes", "links", "chain", "central", "notes", "purpose",
            since=TEXT, until=TEXT, hops=COUNT, ties=several(TEXT), roots=several(TEXT),
            to=several(TEXT), chain=several(TEXT), chain_says=TEXT, nodes=several(_NODE),
            links=several(all_of(one=TEXT, other=TEXT, strength=REAL, evidence=several(_TIE))),
            central=several(all_of(node=TEXT, neighbours=COUNT, between=REAL, pairs=COUNT,
                                   says=TEXT)),
            notes=several(TEXT), handling=TEXT, purpose=YES,
        ),
        (asked("vessel", "MMSI or imo:N; none with all=1", TEXT),
         asked("all", "1: of the whole sea", {"enum": ["1"]}),
         asked("to", "MMSI or imo:N to which the strongest chain is looked for", TEXT),
         asked("since", "from this time on, UTC; by default 90 days, 7 with all=1", TIME),
         asked("until", "before this time", TIME),
         asked("hops", "steps from the vessel", whole(1, MOST_HOPS)),
         asked("tie", "only these; several", {"enum": list(GROUPS)})),
        "/api/v1/links?vessel=247000001",
    ),
}  # fmt: skip
