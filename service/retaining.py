"""How long things are kept: the settings by which the jobs erase."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long things are kept, days.

    positions_days  live positions in the database
    latest_days     newest position of a segment that is not heard any more
    runs_days       replays, from when they were started
    spool_days      spool segments; a legal hold, or an outage of days, keeps them longer
    visits_days     visits of zones
    hits_days       answers to the list
    events_days     events; what an alert holds stays with it
    alerts_days     alerts that are over, with all that people did with them
    deliveries_days messages that were sent or given up; later updates refer to them
    watch_days      notes of the watch log, and hand-overs
    cases_days      cases, from when they were closed, with their files
    contacts_days   contacts with all their sightings, from the newest one
    questions_days  saved questions and watch rules end so long after somebody last said that they
                    are needed, and are erased as long after they ended
    """

    positions_days: float = 90
    latest_days: float = 7
    runs_days: float = 30
    spool_days: float = 30
    visits_days: float = 365
    hits_days: float = 365
    events_days: float = 365
    alerts_days: float = 1095
    deliveries_days: float = 1095
    watch_days: float = 1095
    cases_days: float = 1095
    contacts_days: float = 1095
    questions_days: float = 365


JOB_RUNS_DAYS, DESK_DAYS, TOKENS_DAYS = 14.0, 365.0, 30.0
"""Runs of jobs; calls, answers and digests of the desk; tokens of programs that have expired: as
``service.duty_rows`` erases them."""
TRAFFIC_DAYS = 90.0
"""Models of the usual traffic that were not adopted, as the job ``traffic`` erases them."""
