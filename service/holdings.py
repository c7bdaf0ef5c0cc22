"""What is kept, why, on what basis and until when: a row for each table, and for the files.

A table without a row here fails a test, as does a retention setting that no row names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.retaining import (
    DESK_DAYS,
    JOB_RUNS_DAYS,
    TOKENS_DAYS,
    TRAFFIC_DAYS,
    RetentionSettings,
)

FILES: Final = frozenset({"spool", "quarantine"})
"""Rows that are files and no table."""
_PICTURE = "Regulation (EU) 2019/1896, art. 18, 24 and 28: the situational picture"
_CASE = "Directive (EU) 2016/680, art. 4, 5 and 8; Regulation (EU) 2019/1896, art. 87 and 89"
_RESCUE = "SAR Convention 1979, SOLAS V/33; Regulation (EU) No 656/2014, art. 9"
_PROOF = "Regulation (EU) 2018/1725, art. 4(2) and 88; Directive (EU) 2016/680, art. 25"
_SERVICE = "Regulation (EU) 2018/1725, art. 33: security of the service"


@dataclass(frozen=True, slots=True)
class Holding:
    """One row: ``what`` is kept in ``table``, ``why``, and on what legal ``basis``.

    personal  whom it may be about; "" = nobody
    setting   the field of RetentionSettings that bounds it; "" = none does
    days      a bound that is no setting; None = none
    since     from when the days count, or, without days, until when it is kept
    job       the job that erases it; "" = none does
    """

    table: str
    what: str
    why: str
    basis: str
    personal: str
    since: str
    setting: str = ""
    days: float | None = None
    job: str = ""

    def until(self, keep: RetentionSettings) -> str:
        """Return until when it is kept, in words."""
        days = getattr(keep, self.setting) if self.setting else self.days
        return self.since if days is None else f"{days:g} days {self.since}"


def _erased(
    table: str, what: str, why: str, basis: str, personal: str, setting: str, since: str
) -> Holding:
    return Holding(table, what, why, basis, personal, since, setting, job="retention")


def _desk(table: str, what: str, personal: str, days: float | None, since: str) -> Holding:
    why = "shows who was told and what the service did"
    return Holding(table, what, why, _PROOF, personal, since, days=days, job="duty_rows")


_CREW = "who sails or owns a small vessel"
_LISTED = "whoever an entry or a note names"
_STAFF = "people who work here"
_REPLAY = "with its replay; of the live service while it runs"

HOLDINGS: tuple[Holding, ...] = (
    _erased("spool", "every line received, as files", "lets everything be computed again",
            _PICTURE, _CREW, "spool_days",
            "after reception; longer under a legal hold or after an outage"),
    _erased("quarantine", "lines and rows that nothing could be made of, as a file",
            "finds faults of the decoder", _SERVICE, _CREW, "spool_days",
            "after reception, with its segment of the spool; longer under a legal hold"),
    _erased("position", "where vessels were, as they broadcast it", "tracks, detectors, evidence",
            _PICTURE, _CREW, "positions_days", "after the position, by whole days"),
    _erased("latest", "the newest position of each track", "the live map", _PICTURE, _CREW,
            "latest_days", "after it was last heard"),
    Holding("last_seen", "where a vessel was last heard", "tells a new vessel from a silent one",
            _PICTURE, _CREW, "no end: one place per vessel"),
    Holding("static_report", "names, call signs, sizes as broadcast", "finds changed identities",
            _PICTURE, _CREW, "no end; of a replay with its replay"),
    Holding("vessel", "the newest name, call sign, size", "the live map", _PICTURE, _CREW,
            "no end; of a replay with its replay"),
    Holding("coverage_cell", "where ships are heard", "tells silence from deafness", _PICTURE, "",
            "the newest minute only"),
    _erased("zone_visit", "who came to and left a zone", "patterns of visits", _PICTURE, _CREW,
            "visits_days", "after the visit"),
    _erased("watchlist_hit", "who answered to an entry of the list", "alerts and their review",
            _CASE, _LISTED, "hits_days", "after reception; the newest to an entry in force stays"),
    _erased("event", "what detectors saw", "alerts and their review", _PICTURE, _CREW,
            "events_days", "after it began; what an alert holds stays with it"),
    _erased("alert", "alerts", "early warning, rescue, evidence", f"{_CASE}; {_RESCUE}", _LISTED,
            "alerts_days", "after it was over; one that never was raised as long as its events"),
    _erased("alert_event", "what an alert rests on", "evidence", f"{_CASE}; {_RESCUE}", _LISTED,
            "alerts_days", "after its alert was over"),
    _erased("alert_change", "what people did with an alert, their notes, and how it stood then",
            "evidence", f"{_CASE}; {_PROOF}", f"{_STAFF}; {_LISTED}", "alerts_days",
            "after its alert was over"),
    Holding("alert_turn", "alerts that just changed", "programs ask on from where they were",
            _SERVICE, "", "until a number is given, within seconds"),
    _erased("alert_number", "numbers of the changes of alerts", "as alert_turn", _SERVICE, "",
            "alerts_days", "after its alert was over"),
    Holding("server_key", "keys of its own, and by what it knows its spool", "programs ask on "
            "from where they were and learn nothing else; no other spool is taken for its own",
            _SERVICE, "", "as long as the database"),
    _erased("alert_told", "which office was told of which alert", "keeps messages few", _PROOF,
            "", "deliveries_days", "after it was told"),
    _erased("delivery", "messages to offices", "shows who was told what", _PROOF,
            f"{_STAFF}; {_LISTED}", "deliveries_days", "after it was sent or given up"),
    _erased("contact_version", "sightings that people entered", "rescue of who sends nothing",
            _RESCUE, "people in distress", "contacts_days",
            "after the newest sighting of its contact; longer in an open case"),
    Holding("entry_version", "the list of vessels of interest", "what vessels are matched with",
            _CASE, _LISTED, "until somebody erases it; it matches no longer than its review"),
    Holding("entry_person", "owners, masters and others of an entry", "evidence", _CASE,
            "the persons named", "until they are removed, or their entry is erased"),
    _erased("edition", "the list, zones, traffic models as published",
            "explains hits and visits", _CASE, _LISTED, "hits_days",
            "after it was superseded, or as long as visits if that is longer; who published it "
            "stays"),
    Holding("traffic_model", "how many ships pass where, by class, course and speed; ships on "
            "lines by MMSI", "what is usual", _PICTURE, _CREW, "after it was learned; the newest "
            "one stays", days=TRAFFIC_DAYS, job="traffic"),
    Holding("saved_question", "questions to the sea that were saved, and watch rules", "what "
            "alerts of a rule rest on", _CASE, _STAFF, "after somebody last said that one is "
            "needed: then it ends, and is erased as long after that", "questions_days",
            job="questions"),
    Holding("adoption", "from when on an edition was in force", "explains hits and visits", _PROOF,
            "", "no end; of a replay with its replay"),
    Holding("zone_version", "zones of our own", "what visits rest on", _PICTURE, _STAFF, "no end"),
    _erased("run", "replays of recordings", "checks what detectors would have said", _PICTURE, "",
            "runs_days", "after the replay was started"),
    _erased("run_position", "positions of a replay", "as run", _PICTURE, _CREW, "runs_days",
            "after the replay was started"),
    Holding("cursor", "how far a recording was read", "goes on after a stop", _SERVICE, "",
            _REPLAY),
    Holding("feed", "names of receivers", "says who heard what", _SERVICE, "", _REPLAY),
    _erased("health", "what each process last said of itself", "the service's health", _SERVICE,
            "", "latest_days", "after a part was last heard of"),
    Holding("audit", "who did what, when and why", "accountability; no name of a person of the "
            "list stands in it", _PROOF, _STAFF, "no end: what could go would prove nothing"),
    Holding("account", "who may sign in, password as a hash, second step", "rights", _SERVICE,
            _STAFF, "no end: its name stands beside what the person did"),
    _desk("session", "who is signed in, from which address", _STAFF, 1, "after it ended"),
    Holding("api_token", "tokens of programs, as a hash", "rights", _SERVICE, _STAFF,
            "after it expired, or until it is removed", days=TOKENS_DAYS, job="duty_rows"),
    _desk("job_run", "what ran by the clock", "", JOB_RUNS_DAYS,
          "after it was started; the newest of each job stays"),
    _desk("escalation", "who was called for an alert", _STAFF, DESK_DAYS, "after the call"),
    _desk("receipt", "answers to messages", _STAFF, DESK_DAYS, "after the answer"),
    _desk("digest", "what an office was written by the clock", _LISTED, DESK_DAYS,
          "after it was due; the newest of each kind stays"),
    _desk("trend_report", "what changed from week to week, for the desk and for each office: "
          "counts, and vessels that meet again",
          _CREW, DESK_DAYS, "after it was made; the newest stays"),
    _erased("log_note", "notes of the watch log", "what a watch has to know of the one before",
            f"{_RESCUE}; {_PROOF}", f"{_STAFF}; {_LISTED}", "watch_days", "after it was written"),
    _erased("hand_over", "what one watch handed to the next", "shows what the next one knew",
            f"{_RESCUE}; {_PROOF}", f"{_STAFF}; {_LISTED}", "watch_days", "after its span"),
    _erased("hand_over_signature", "who handed over and who took over", "as hand_over", _PROOF,
            _STAFF, "watch_days", "after the span of its hand-over"),
    _erased("case_file", "cases: title, legal basis, reason, codes now and the strictest ever",
            "one purpose for what is read and kept", _CASE, _LISTED, "cases_days",
            "after the case was closed"),
    *(
        _erased(table, what, "as case_file", _CASE, whom, "cases_days",
                "after its case was closed")
        for table, what, whom in (
            ("case_member", "who works at a case", _STAFF),
            ("case_item", "vessels, alerts and contacts of a case", _LISTED),
            ("case_note", "notes of a case", f"{_STAFF}; {_LISTED}"),
            ("case_paper", "files of a case: name, kind, who gave it", f"{_STAFF}; {_LISTED}"),
            ("case_content", "bytes of the files of cases", _LISTED),
            ("case_read", "who looked at a case, by the hour", _STAFF),
        )
    ),
    _desk("reading_purpose", "what somebody reads the list for", _STAFF, 2, "after it was said"),
    _desk("export_order", "exports: the question, who asked, why, the sidecar; files 24 h",
          f"{_STAFF}; {_LISTED}", DESK_DAYS, "after it was asked for"),
    Holding("schema_migration", "which tables there are", "updates", _SERVICE, "", "no end"),
)  # fmt: skip
"""All of it, in the order of the page."""
