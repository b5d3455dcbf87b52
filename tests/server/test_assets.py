"""The web app's files, health, the API's description, and what every answer carries."""

from pathlib import Path

import pytest

from events.ids import Position
from tests.server.house import House, open_house


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A small web app as Vite would leave it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Doseledger</title>" + " " * 2000)
    (folder / "assets" / "main-4f2a.js").write_text("export {}")
    (folder / "sw.js").write_text("self")
    (folder / "manifest.webmanifest").write_text("{}")
    return folder


async def test_hashed_files_are_kept_and_the_rest_is_asked_for_again(tmp_path: Path, built: Path) -> None:
    """SERVER-R07"""
    async with open_house(tmp_path / "home", built) as house:
        script = await house.http.get("/assets/main-4f2a.js")
        assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        for path in ("/", "/index.html", "/sw.js", "/manifest.webmanifest"):
            answer = await house.http.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
            same = await house.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
            assert (same.status_code, same.content) == (304, b"")
            assert (await house.http.get(path, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_the_app_finds_its_own_screens_and_files_that_are_not_there_are_not(tmp_path: Path, built: Path) -> None:
    async with open_house(tmp_path / "home", built) as house:
        assert "Doseledger" in (await house.http.get("/clinic/today")).text
        for path in ("/assets/gone-1.js", "/nothing.png", "/api/nothing", "/../pyproject.toml", "/%2e%2e/keys/log.key"):
            answer = await house.http.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path


async def test_without_a_build_the_server_says_what_to_do(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        answer = await house.http.get("/")
        assert (answer.status_code, answer.json()["code"]) == (503, "web-app-missing")
        assert "make web" in answer.json()["detail"]


async def test_every_answer_is_fenced(tmp_path: Path, built: Path) -> None:
    """SERVER-R08"""
    async with open_house(tmp_path / "home", built) as house:
        for path in ("/", "/health", "/api/session", "/api/nothing", "/schema/openapi.json"):
            headers = (await house.http.get(path)).headers
            policy = headers["content-security-policy"]
            given = policy_of(policy)
            assert given["default-src"] == given["form-action"] == given["frame-ancestors"] == {"'none'"}
            assert given["connect-src"] == given["worker-src"] == given["style-src"] == {"'self'"}
            assert given["script-src"] == {"'self'", "'wasm-unsafe-eval'"}
            assert {source for sources in given.values() for source in sources} <= OWN_SOURCES
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
        assert (await house.http.get("/api/session")).headers["cache-control"] == "no-store"


OWN_SOURCES = {"'self'", "'none'", "'wasm-unsafe-eval'", "blob:", "data:"}
"""No other host, no script or style in a page's own text."""


def policy_of(header: str) -> dict[str, set[str]]:
    """Each directive and its sources."""
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


async def test_health_says_whether_an_event_can_be_taken(tmp_path: Path) -> None:
    """SERVER-R09"""
    async with open_house(tmp_path) as house:
        healthy = (await house.http.get("/health")).json()
        assert (healthy["status"], healthy["database"]) == ("ok", "ok")
        assert healthy["log_size"] == (await house.district.log.head()).checkpoint.size
        assert healthy["checkpoint_age_seconds"] >= 0
        await break_the_database(house)
        sick = await house.http.get("/health")
        assert (sick.status_code, sick.json()["status"]) == (503, "failing")


async def break_the_database(house: House) -> None:
    async def broken() -> None:
        raise OSError("disk gone")

    house.district.log.head = broken  # type: ignore[method-assign,assignment]


async def test_the_description_of_the_api_is_complete(tmp_path: Path) -> None:
    """SERVER-R10: every operation has a summary, a description, its bodies and its refusals."""
    async with open_house(tmp_path) as house:
        schema = (await house.http.get("/schema/openapi.json")).json()
        assert {"/sync", "/enroll", "/api/session", "/api/students", "/health"} <= schema["paths"].keys()
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                where = f"{method} {path}"
                assert operation.get("description"), where
                assert operation.get("tags"), where
                assert method == "get" or method == "delete" or "requestBody" in operation, where
                assert any(code.startswith("4") or code == "503" for code in operation["responses"]), where
        schemas = schema["components"]["schemas"]
        assert {"SyncRequest", "WireEvent", "EnrollRequest", "Problem", "Accepted", "Quarantined"} <= schemas.keys()
        assert schemas["Accepted"]["properties"]["is"]["enum"] == ["accepted"]


async def test_method_and_address_that_do_not_exist_are_problems(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        wrong = await house.http.put("/sync", content=b"{}")
        assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
        assert await anext(house.district.log.read(Position(0))) is not None
