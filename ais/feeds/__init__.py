"""The feeds: a new one is a file in this folder and a line in ``FEEDS``."""

from ais.feed import Feed
from ais.feeds.ais_catcher_http import AisCatcherHttpFeed
from ais.feeds.ais_catcher_udp import AisCatcherUdpFeed
from ais.feeds.aisstream import AisstreamFeed
from ais.feeds.file import FileFeed
from ais.feeds.listen import ListenFeed
from ais.feeds.tcp import TcpFeed
from ais.feeds.udp import UdpFeed

FEEDS: dict[str, type[Feed]] = {
    "tcp": TcpFeed,
    "file": FileFeed,
    "listen": ListenFeed,
    "udp": UdpFeed,
    "aisstream": AisstreamFeed,
    "ais-catcher-http": AisCatcherHttpFeed,
    "ais-catcher-udp": AisCatcherUdpFeed,
}
"""Kind of feed in config.yaml → its settings and its code."""
