"""The demo as it is left running: its printed login and code open a phone, and a dose reaches its log."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import msgspec
import pytest
from playwright.sync_api import BrowserContext, expect

from server.demo.day import needles
from server.demo.district import DemoDistrict, demo_district
from server.demo.play import SEED, civil_day
from tests.browser.nurse import Nurse
from tests.browser.school import Child, School

ROOT = Path(__file__).parents[2]


class Demo(msgspec.Struct, frozen=True):
    """A demo that serves: what it printed, and where it lives."""

    url: str
    home: Path
    password: str
    code: str


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``make demo`` without its set-up, from its first line to Ctrl-C."""
    home, port = tmp_path_factory.mktemp("demo") / "home", free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "demo"],
        env={**os.environ, "DOSELEDGER_HOME": str(home), "DOSELEDGER_PORT": str(port), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if "Serving until Ctrl-C" in line:
            break
    try:
        assert "Everything above holds." in printed, printed
        url = re.search(r"Open (\S+) in a phone-sized window", printed)
        password = re.search(r"^ *nurse\.amina +(\S.*?) {2,}", printed, re.MULTILINE)
        code = re.findall(r"^ *nurse\.amina +(\S+)$", printed, re.MULTILINE)
        assert url is not None, printed
        assert password is not None, printed
        yield Demo(url[1], home, password[1], code[-1])
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=60)
    assert process.returncode == 0


def somebody_waiting(district: DemoDistrict) -> tuple[Child, str]:
    """A child of the roster whom the two tablets did not reach, and a lot it came for."""
    reached = {child for queue in needles(district) for child, _ in queue}
    names = {one.id: one.child for one in district.students if not one.child.name.middle}
    wanted = district.clinic.wanted.items()
    child, codes = next(
        (one, codes)
        for one, codes in wanted
        if one in names and one not in reached and one in district.clinic.consents and codes
    )
    told = names[child]
    lot = next(one.lot for one in district.clinic.stock if one.cvx == codes[0])
    return Child(child, told.name.given, told.name.family, told.born.isoformat()), lot


def test_setup_r08_the_printed_login_and_code_lead_to_a_dose_in_the_log(demo: Demo, phone: BrowserContext) -> None:
    """SETUP-R08"""
    district = demo_district(SEED, civil_day())
    child, lot = somebody_waiting(district)
    nurse = Nurse(phone.pages[0], cast("School", demo))
    page = nurse.page
    page.goto(demo.url)
    page.get_by_label("Login").fill("nurse.amina")
    page.get_by_label("Password").fill(demo.password)
    nurse.press("Sign in")
    nurse.enroll(demo.code)
    page.get_by_role("button", name=re.compile("Catch-up clinic")).click()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"\d+ of \d+"))).to_be_visible()
    expect(nurse.find(child.family)).not_to_have_count(0)
    nurse.record_dose(child, lot)
    nurse.waits_for_delivery(1)
    verified = subprocess.run(
        [sys.executable, "-m", "server.cli", "verify"],
        env={**os.environ, "DOSELEDGER_HOME": str(demo.home)},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
