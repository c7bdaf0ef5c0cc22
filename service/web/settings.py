"""Settings of the web process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the map is served and how much it gives.

    host           address to listen on; loopback unless a proxy with TLS stands in front
    port           0 takes a free one
    poll_s         the live picture is read so often, seconds
    keep_h         a vessel not heard for so long leaves the picture, hours
    stale_min      a symbol fades after so long without a report, minutes
    lost_min       a symbol is crossed after so long, minutes
    max_clients    open live sockets, at most
    max_per_peer   open live sockets of one address, at most
    silent_s       a socket is cut whose browser takes and answers nothing for so long, seconds
    origins        origins besides our own that may open the live socket
    hosts          names besides ``host`` and localhost under which browsers find the map
    max_streams    open streams of alerts (docs/api.md), at most
    streams_per_token   of one token or session, at most
    stream_s       a stream is ended after so long, seconds: its program asks on, nothing is lost
    token_per_min    requests of one token of a program in a minute
    account_per_min  requests below /api/v1 of one account in a minute, all its browsers together
    upload_mib       a file that somebody brings by the browser, at most, MiB
    fine_coast     the map has OpenStreetMap's coast besides its own; it is fetched once
    track_h        the track drawn with a vessel's details, hours
    """

    host: str = "127.0.0.1"
    port: int = 8600
    poll_s: float = 1.0
    keep_h: float = 24.0
    stale_min: float = 10.0
    lost_min: float = 60.0
    max_clients: int = 200
    max_per_peer: int = 20
    silent_s: float = 30.0
    origins: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    fine_coast: bool = True
    track_h: float = 3.0
    max_streams: int = 100
    streams_per_token: int = 4
    stream_s: float = 3600.0
    token_per_min: int = 120
    account_per_min: int = 1200
    upload_mib: int = 512
