"""The fine coast over HTTP: harbours as they are, nothing outside, kept by the browser."""

import threading
from pathlib import Path

import httpx
import pytest

from maps.errors import CoastError
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.blocks import block_of, is_land
from tests.plugins.memory import MemoryFacts, MemorySource
from tests.plugins.waiting import until

# The first of them makes the coast, where this machine has none yet.
pytestmark = pytest.mark.timeout(1800)

# Read off charts: the middle of a basin, and the quay or the town beside it.
HARBOURS = {
    "Valletta, Grand Harbour": ((14.5135, 35.8945), (14.5125, 35.8985)),
    "Valletta, Marsamxett": ((14.5060, 35.9015), (14.5030, 35.9042)),
    "Piraeus, central harbour": ((23.6382, 37.9417), (23.6330, 37.9450)),
    "Genova, Porto Antico": ((8.9215, 44.4090), (8.9320, 44.4075)),
    "Catania": ((15.0945, 37.4955), (15.0860, 37.5030)),
    "Lampedusa": ((12.6045, 35.4990), (12.6060, 35.5060)),
}
# Level 6 knows no harbours: the roads off them, and inland.
OFF = {
    "Valletta": ((14.55, 35.92), (14.45, 35.88)),
    "Piraeus": ((23.60, 37.88), (23.70, 37.98)),
    "Genova": ((8.92, 44.36), (8.92, 44.45)),
    "Catania": ((15.13, 37.49), (15.03, 37.50)),
    "Lampedusa": ((12.60, 35.47), (12.58, 35.51)),
}
GO = threading.Event()


@pytest.fixture(scope="module")
def serve(files):
    """Make applications that find their fine coast by ``find``."""

    def made(find):
        return create_app(
            WebSettings(port=0),
            "",
            source=MemorySource(),
            files=files,
            facts=MemoryFacts(),
            sessions=people.everybody(),
            fine_coast=find,
        )

    return made


def asking(app):
    return running(app, app.state.settings)


@pytest.fixture(scope="module")
def client(serve, coast_file):
    with (
        asking(serve(lambda: coast_file)) as address,
        httpx.Client(
            base_url=address, headers=people.headers(people.TOKENS["operator"])
        ) as client,
    ):
        until(lambda: client.get("/tiles/land").json()["state"] == "ready")
        yield client


def path_of(place) -> str:
    return "/tiles/land/" + "/".join(map(str, place))


@pytest.mark.parametrize("name", HARBOURS)
@pytest.mark.parametrize("z", [6, 8])
def test_a_harbour_has_water_inside_and_land_beside(client, name, z) -> None:
    basin, quay = HARBOURS[name]
    if z == 6:
        basin, quay = OFF[name.split(",")[0]]
    for at, wanted in [(basin, False), (quay, True)]:
        place = block_of(*at, z)
        assert is_land(client.get(path_of(place)).content, place, *at) == wanted


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/land/8/0/0", "/tiles/land/8/255/255", "/tiles/land/7/69/50", "/tiles/land/0/0/0",
        "/tiles/land/8/99999999999999999999999999/1", "/tiles/land/99999999999999999999/1/1",
        "/tiles/land/8/-1/1", "/tiles/land/8/x/1", "/tiles/land/8/138", "/tiles/land/8/138/100/1",
        "/tiles/land/8/138/100.5",
    ],
)  # fmt: skip
def test_elsewhere_and_absurd_places_are_not_found(client, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert len(answer.content) < 5000


def test_it_says_what_there_is(client) -> None:
    told = client.get("/tiles/land").json()
    assert told["levels"] == [6, 8]
    assert len(told["version"]) == 12


def test_a_browser_keeps_a_block_and_asks_with_its_tag(client) -> None:
    path = path_of(block_of(14.5, 35.9))
    version = client.get("/tiles/land").json()["version"]
    answer = client.get(path, params={"v": version})
    assert answer.headers["cache-control"].startswith("private, max-age=")
    assert client.get(path, params={"v": "old"}).headers["cache-control"] == "private, no-cache"
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(path_of(block_of(23.6, 37.9)))
    assert other.headers["etag"] != answer.headers["etag"]


def test_a_block_travels_packed_and_is_the_same_unpacked(client) -> None:
    path = path_of(block_of(23.6, 37.9))
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content


def test_only_who_may_see_the_map_is_given_land(client) -> None:
    for path in ("/tiles/land", path_of(block_of(14.5, 35.9))):
        # Redirected to the sign-in, or refused.
        assert httpx.get(f"{client.base_url}{path}").status_code in {303, 401}


def states(app) -> list[str]:
    """What is said of the coast, until it is no longer being made."""
    token = people.headers(people.TOKENS["operator"])
    with asking(app) as address, httpx.Client(base_url=address, headers=token) as client:
        first = client.get("/tiles/land").json()["state"]
        block = client.get(path_of(block_of(14.5, 35.9))).status_code
        assert (first, block) in {("making", 404), ("missing", 404)}
        GO.set()
        until(lambda: client.get("/tiles/land").json()["state"] != "making")
        return [first, client.get("/tiles/land").json()["state"]]


def test_while_it_is_made_there_is_none_and_then_it_is_there(serve, coast_file) -> None:
    GO.clear()

    def found() -> Path:
        GO.wait(60)
        return coast_file

    assert states(serve(found)) == ["making", "ready"]


def test_where_it_cannot_be_made_the_map_goes_on_without(serve) -> None:
    GO.clear()

    def found() -> Path:
        GO.wait(60)
        raise CoastError("no network")

    assert states(serve(found)) == ["making", "missing"]


def test_where_nobody_wants_it_it_is_missing(serve) -> None:
    assert states(serve(None)) == ["missing", "missing"]
