"""compose.yaml and the Dockerfile say what the service understands; Docker itself is not here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import parse_settings
from service.supervisor import STOP_S

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture
def compose() -> dict[str, Any]:
    """Give compose.yaml, read."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def said(compose: dict[str, Any]) -> Any:
    """Return the settings that the service gets where nobody names a file of their own."""
    [default] = re.findall(r"^\$\{VEDETTA_CONFIG:-(.+)\}$", compose["configs"]["vedetta"]["file"])
    return yaml.safe_load((ROOT / default).read_text())


def test_health_is_asked_for_all_that_a_live_picture_needs(compose: dict[str, Any]) -> None:
    [asked] = re.findall(
        r"http://[^']+", compose["services"]["vedetta"]["healthcheck"]["test"][-1]
    )
    assert asked == f"http://127.0.0.1:{said(compose)['web']['port']}/health"


def test_a_machine_outside_the_container_may_read_health_by_a_token(
    compose: dict[str, Any],
) -> None:
    name = said(compose)["people"]["machine_token_env"]
    assert compose["services"]["vedetta"]["environment"][name] == f"${{{name}:-}}"


def test_settings_proxies_and_secrets_are_given_without_editing(compose: dict[str, Any]) -> None:
    service = compose["services"]["vedetta"]
    assert service["environment"]["FORWARDED_ALLOW_IPS"].startswith("${FORWARDED_ALLOW_IPS:-")
    assert service["env_file"] == [{"path": "vedetta.env", "required": False}]
    assert "/vedetta.env" in (ROOT / ".gitignore").read_text().split()


def test_docker_waits_as_long_as_the_supervisor_may(compose: dict[str, Any]) -> None:
    grace_s = int(compose["services"]["vedetta"]["stop_grace_period"].removesuffix("s"))
    assert grace_s > 3 * STOP_S


def test_the_image_holds_compiled_code() -> None:
    compiled, user = DOCKERFILE.find("compileall -q /opt/vedetta"), DOCKERFILE.find("USER vedetta")
    assert 0 < compiled < user


def test_the_services_settings_are_accepted(compose: dict[str, Any]) -> None:
    settings = parse_settings(said(compose))
    assert [feed.name for feed in settings.feeds] == ["receivers"]


def test_ports_are_those_that_the_settings_open(compose: dict[str, Any]) -> None:
    content = said(compose)
    opened = {content["web"]["port"], *(feed["port"] for feed in content["feeds"])}
    published = {int(port.rsplit(":", 1)[1]) for port in compose["services"]["vedetta"]["ports"]}
    assert published == opened
    assert f"EXPOSE {content['web']['port']}" in DOCKERFILE


def test_page_and_database_are_published_to_this_machine_only(compose: dict[str, Any]) -> None:
    assert "127.0.0.1:8600:8600" in compose["services"]["vedetta"]["ports"]
    assert compose["services"]["db"]["ports"] == ["127.0.0.1:5432:5432"]


def test_the_service_waits_for_a_healthy_database(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["vedetta"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["db"]["image"].startswith("timescale/timescaledb:")
    assert all("test" in service["healthcheck"] for service in services.values())


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    database = compose["services"]["db"]["environment"]
    assert database["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert (
        ":${POSTGRES_PASSWORD}@" in compose["services"]["vedetta"]["environment"]["DATABASE_URL"]
    )


def test_every_volume_and_config_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(compose["volumes"])
        assert {entry["source"] for entry in service.get("configs", [])} <= set(compose["configs"])


def test_the_image_installs_by_hash_and_holds_every_room() -> None:
    assert "--require-hashes" in DOCKERFILE
    let_in = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms <= let_in


def test_the_image_runs_as_an_ordinary_user() -> None:
    users = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["vedetta"]
