"""What is in deploy/ is linted, not built: it names settings, commands and addresses that exist, and is locked down."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from docs.generators.reference import settings
from server.cli import COMMANDS
from server.commands.serve import DRAIN_SECONDS
from server.metrics import Meters

DEPLOY = Path(__file__).parents[2] / "deploy"
EXAMPLE = DEPLOY / "example"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVERS = ("server-one", "server-two")
LOGINS_OF_THE_DATABASE_IMAGE = {"APP_PASSWORD", "RECORDS_PASSWORD"}


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def instructions() -> list[tuple[str, str]]:
    joined = CONTAINERFILE.replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], " ".join(line.split(" ", 1)[1].split())) for line in lines]


def test_the_image_runs_as_nobody_and_is_built_from_the_lock() -> None:
    """DEPLOY-R01"""
    last = instructions()[max(at for at, (word, _) in enumerate(instructions()) if word == "FROM") :]
    given = dict(last)
    assert given["USER"].isdigit()
    assert int(given["USER"]) > 1000
    assert given["STOPSIGNAL"] == "SIGTERM"
    assert "/ready" in given["HEALTHCHECK"]
    assert "--require-hashes" in CONTAINERFILE
    for word, rest in instructions():
        assert word in {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL",
                        "HEALTHCHECK", "ENTRYPOINT", "CMD"}, word  # fmt: skip
        if word == "FROM":
            assert ":" in rest.split(" AS ")[0], f"{rest} names no version"
            assert not rest.endswith(":latest")


def test_what_the_image_copies_exists() -> None:
    """DEPLOY-R01"""
    root = DEPLOY.parent
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split(" ")[:-1]:
                assert (root / source).exists(), source


def test_the_image_copies_all_that_the_web_app_is_made_of() -> None:
    """DEPLOY-R01: whatever a file of web/ reads outside of it is there when the app is built."""
    root = DEPLOY.parent
    outside = set()
    for file in (one for one in (root / "web" / "src").rglob("*.ts*") if ".test." not in one.name):
        for named in re.findall(r"[\"'](\.\./[^\"']+\.json)[\"']", file.read_text("utf-8")):
            place = Path(os.path.normpath(file.parent / named)).relative_to(root)
            if place.parts[0] != "web":
                outside.add(str(place.parent))
    assert outside
    web = CONTAINERFILE[: CONTAINERFILE.index("AS wheel")]
    copied = set(re.findall(r"^COPY (\S+) \S+$", web, re.MULTILINE))
    assert outside <= copied
    makefile = (root / "Makefile").read_text("utf-8")
    assert all(folder in makefile for folder in outside), "make would not notice that one of them changed"


def test_compose_runs_several_locked_down_servers_after_the_migration() -> None:
    """DEPLOY-R02"""
    services = COMPOSE["services"]
    for name in SERVERS:
        server = services[name]
        assert server["read_only"]
        assert server["cap_drop"] == ["ALL"]
        assert server["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert seconds(server["stop_grace_period"]) > DRAIN_SECONDS
        assert all(port.startswith("127.0.0.1:") for port in server["ports"]), "TLS is a proxy's business"
    assert services["migrate"]["command"] == ["database", "migrate"]
    assert services["migrate"]["command"][0] in COMMANDS
    volumes = {mount.split(":")[0] for service in services.values() for mount in service.get("volumes", ())}
    assert {name for name in volumes if not name.startswith(".")} == set(COMPOSE["volumes"])
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert "image" in service


def test_the_keyring_has_a_server_of_its_own() -> None:
    """DEPLOY-R02: its back-ups expire apart from the log's."""
    example = _given("server.env")
    hosts = {name: re.sub(r".*@", "", example[name]) for name in ("DOSELEDGER_DATABASE_URL", "DOSELEDGER_KEYRING_URL")}
    assert len(set(hosts.values())) == 2
    assert {host.split("/")[0] for host in hosts.values()} <= set(COMPOSE["services"])


def test_each_is_given_the_secrets_it_needs_and_no_others() -> None:
    """DEPLOY-R03: the owner's never to a server, the application's never to a database but to make its login."""
    given = {
        name: {key for file in service.get("env_file", ()) for key in _given(Path(file).name)}
        for name, service in COMPOSE["services"].items()
    }
    owners = {"DOSELEDGER_OWNER_URL", "DOSELEDGER_KEYRING_OWNER_URL"}
    for server in SERVERS:
        assert "DOSELEDGER_DATABASE_URL" in given[server]
        assert not given[server] & (owners | LOGINS_OF_THE_DATABASE_IMAGE)
    assert owners <= given["migrate"]
    for database in ("log-database", "keyring-database"):
        assert given[database] == LOGINS_OF_THE_DATABASE_IMAGE


def test_the_first_lines_of_compose_lead_from_nothing_to_a_running_server() -> None:
    """DEPLOY-R02: a district is founded before a server can serve it."""
    head = (DEPLOY / "compose.yaml").read_text("utf-8").split("name:", 1)[0]
    steps = ["cp -r deploy/example deploy/env", "podman build", "run --rm server-one init --name", "up -d"]
    assert [head.index(step) for step in steps] == sorted(head.index(step) for step in steps)
    assert {Path(COMPOSE["secrets"]["owner_password"]["file"]).name} <= {file.name for file in EXAMPLE.iterdir()}
    ignored = (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()
    assert "deploy/env/" in ignored


def test_no_secret_stands_in_a_file_and_every_setting_exists() -> None:
    """DEPLOY-R03"""
    assert (EXAMPLE / "owner_password").read_text("utf-8") == "CHANGE"
    for name, value in (pair for file in EXAMPLE.glob("*.env") for pair in _given(file.name).items()):
        assert name in {*settings(), *LOGINS_OF_THE_DATABASE_IMAGE}, name
        if "PASSWORD" in name or "://" in value:
            assert "CHANGE" in value, name
    named = set(re.findall(r"DOSELEDGER_[A-Z_]+", CONTAINERFILE + (DEPLOY / "compose.yaml").read_text("utf-8")))
    assert named - {name for name in named if name.endswith("_")} <= set(settings())
    assert not re.search(r"(?i)password:[ \t]*\S", (DEPLOY / "compose.yaml").read_text("utf-8"))


def test_the_unit_starts_commands_that_exist_and_waits_for_the_drain() -> None:
    """DEPLOY-R04"""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read(DEPLOY / "doseledger.service")
    service = unit["Service"]
    program, command = service["ExecStart"].split(" ")[:2]
    assert program.endswith("/doseledger")
    assert command in COMMANDS
    assert "ExecStartPre" not in service, "a damaged or restored record is served all the same: see operations.md"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert int(service["TimeoutStopSec"]) > DRAIN_SECONDS
    assert service["KillSignal"] == "SIGTERM"
    assert service["User"] != "root"


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """DEPLOY-R04: by its own check, where it is installed."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    text = (DEPLOY / "doseledger.service").read_text("utf-8").replace("/opt/doseledger/bin/doseledger", "/bin/true")
    copy = tmp_path / "doseledger.service"
    copy.write_text(text.replace("EnvironmentFile=/etc/doseledger/environment", ""), "utf-8")
    found = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert "doseledger.service" not in found.stderr, found.stderr


def test_the_script_of_logins_is_sound() -> None:
    """DEPLOY-R03"""
    found = subprocess.run(["bash", "-n", DEPLOY / "logins.sh"], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def _given(file: str) -> dict[str, str]:
    lines = (EXAMPLE / file).read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_every_metric_is_on_the_page_and_no_other() -> None:
    """DEPLOY-R05"""
    page = (DEPLOY.parent / "docs" / "operations.md").read_text("utf-8")
    explained = {name.removesuffix("_total") for name in re.findall(r"`(doseledger_[a-z_]+)`", page)}
    roles = {"doseledger_app", "doseledger_records"}
    known = {metric.name for metric in Meters().registry.collect()}
    assert explained - roles == known
