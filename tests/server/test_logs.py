"""The server's logs hold nothing personal, whatever happens and whoever is careless."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from events.ids import stream_of
from server.logs import configure_logs
from tests.server.house import ADA, PASSWORD, open_house
from tests.server.making import a_dose


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logs(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


async def test_names_payloads_and_secrets_never_appear(tmp_path: Path, lines: io.StringIO) -> None:
    """SERVER-R11"""
    async with open_house(tmp_path) as house:
        phone = await house.enroll()
        event = phone.dose()
        await phone.push(event)
        await phone.raw_turn([b'{"header":"Ada Okafor"}'])
        await phone.post(b'{"push":"Ada Okafor"}')
        await house.sign_in("olga")
        await house.sign_in("Ada Okafor", "a wrong password")
        await house.http.get("/api/students", params={"query": "okafor"})
        await house.http.get(f"/api/students/{ADA}")
        await house.http.get("/Ada%20Okafor")
        house.district.reading.some = fail  # type: ignore[method-assign,assignment]
        broken = await house.http.get(f"/api/students/{ADA}")
        assert (broken.status_code, broken.json()["code"]) == (500, "internal")
        assert "okafor" not in broken.text.lower()
        written = lines.getvalue()
        assert '"route": "/api/students/{student' in written
        assert '"error": "ValueError"' in written
        for secret in ("Okafor", "okafor", "left_deltoid", PASSWORD, phone.enrolled.token, event.payload.decode()[:40]):
            assert secret not in written


async def fail(*_: object) -> None:
    raise ValueError("Okafor, Ada: no such dose")


def test_a_careless_call_loses_its_extra_keys(lines: io.StringIO) -> None:
    structlog.get_logger().info("oops", student="Ada Okafor", payload=str(a_dose()), status=200)
    logging.getLogger("some.library").warning("saw %s", stream_of("student", ADA))
    try:
        raise ValueError("Ada Okafor")
    except ValueError:
        structlog.get_logger().exception("broken")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    written = lines.getvalue()
    assert "Okafor" not in written
    assert ADA not in written
    assert '"dropped_keys": 2' in written
    assert '"reason": "Exception in ASGI application"' in written
