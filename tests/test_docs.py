"""The pages say what exists, and everything that exists stands on a page.

Settings, commands and error codes are read from the code (docs/generators/reference.py), event types from the
catalogue, requirement ids from docs/requirements and from the tests of both languages.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from docs.generators.reference import commands, error_codes, settings
from events.catalog import CATALOG

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
REQUIREMENT = re.compile(r"\b[A-Z]{2,}-R[0-9]+\b")
NAMED_IN_CODE = re.compile(r"`([a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)*)`")
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
TEST_FILES = ("tests/**/*.py", "web/src/**/*.test.ts*", "web/test/**/*.ts*", "web/tests/**/*.ts*")


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def all_pages() -> str:
    return "\n".join(map(text, PAGES))


def stands_on_a_page(word: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", all_pages()) is not None


@pytest.mark.parametrize("name", settings())
def test_docs_r02_every_setting_is_explained(name: str) -> None:
    """DOCS-R02: a variable the code reads stands on a page, with words of its own."""
    assert stands_on_a_page(name)
    row = next(line for line in text(DOCS / "reference.md").splitlines() if line.startswith(f"| `{name}` |"))
    assert len(row.split("|")[2].strip()) > 10, f"{name} has no explanation in docs/reference.md"


@pytest.mark.parametrize("path", [path for path, _ in commands()])
def test_docs_r02_every_command_is_on_a_page(path: str) -> None:
    assert stands_on_a_page(path)


def test_docs_r02_every_command_and_option_has_help() -> None:
    """DOCS-R02: no command without a sentence."""
    assert [path for path, command in commands() if not command.help] == []


@pytest.mark.parametrize("code", error_codes())
def test_docs_r02_every_error_code_is_on_a_page(code: str) -> None:
    assert stands_on_a_page(f"`{code}`") or f"`{code}`" in all_pages()


@pytest.mark.parametrize("name", CATALOG)
def test_docs_r02_every_event_type_is_on_a_page(name: str) -> None:
    assert f"### {name}\n" in text(DOCS / "events.md")


SUBJECTS = {name.partition(".")[0] for name in CATALOG}
FILE_ENDINGS = {"py", "ts", "tsx", "md", "json", "db", "sql", "html", "js", "css", "key", "lock", "toml", "csv", "xml"}


def _event_types_named(page: Path) -> Iterator[str]:
    """Words in code marks that look like an event type and begin with a subject of the catalogue."""
    for name in NAMED_IN_CODE.findall(text(page)):
        subject, _, verb = name.partition(".")
        if subject in SUBJECTS and verb not in FILE_ENDINGS:
            yield name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_docs_r03_every_event_type_a_page_names_exists(page: Path) -> None:
    """DOCS-R03: no page, decision or requirement tells of an event nobody can record."""
    assert sorted(set(_event_types_named(page)) - set(CATALOG)) == []


def _required() -> dict[str, str]:
    """Requirement id to the page that states it."""
    stated = re.compile(rf"^- \*\*({REQUIREMENT.pattern})\*\*", re.MULTILINE)
    found: dict[str, str] = {}
    for page in sorted((DOCS / "requirements").glob("*.md")):
        for name in stated.findall(text(page)):
            assert name not in found, f"{name} is stated in {found.get(name)} and {page.name}"
            found[name] = page.name
    return found


def _named(words_of: Callable[[Path], str]) -> dict[str, str]:
    """Requirement id to a file of the tests that names it there; ids in function names (``sync_r04``) count."""
    found: dict[str, str] = {}
    for pattern in TEST_FILES:
        for path in sorted(ROOT.glob(pattern)):
            if path == Path(__file__).resolve() or "node_modules" in path.parts:
                continue
            words = words_of(path)
            in_names = re.findall(r"\btest_([a-z]+)_r([0-9]+)(?=_|\()", words)
            names = [*REQUIREMENT.findall(words), *(f"{area.upper()}-R{number}" for area, number in in_names)]
            for name in names:
                found.setdefault(name, str(path.relative_to(ROOT)))
    # DOCS-R02 to DOCS-R06 are verified here; a pattern for ids must not find its own examples.
    return found | dict.fromkeys((f"DOCS-R0{number}" for number in range(2, 7)), "tests/test_docs.py")


def _words_of_tests(path: Path) -> str:
    """What stands in a file's tests, and in its opening where it has some: a helper verifies nothing."""
    words = text(path)
    if path.suffix != ".py":
        return words if ".test." in path.name else ""
    module = ast.parse(words)
    functions = (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    tests = [node for node in functions if node.name.startswith("test_")]
    if not tests:
        return ""
    lines = words.splitlines()
    first = [min([node.lineno, *(one.lineno for one in node.decorator_list)]) for node in tests]
    inside = (lines[start - 1 : node.end_lineno] for start, node in zip(first, tests, strict=True))
    return "\n".join([ast.get_docstring(module) or "", *("\n".join(part) for part in inside)])


def test_docs_r04_every_requirement_is_named_by_a_test() -> None:
    """DOCS-R04: what nobody verifies is a wish."""
    tested = _named(_words_of_tests)
    assert {name: page for name, page in _required().items() if name not in tested} == {}


def test_docs_r04_no_test_names_a_requirement_that_is_not_stated() -> None:
    required = _required()
    assert {name: path for name, path in _named(text).items() if name not in required} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_docs_r05_every_link_leads_somewhere(page: Path) -> None:
    """DOCS-R05: files exist, and headings they point at do too."""
    broken = [target for target in LINK.findall(text(page)) if not _leads_somewhere(page, target)]
    assert broken == []


def _leads_somewhere(page: Path, target: str) -> bool:
    file, _, heading = target.partition("#")
    path = (page.parent / file).resolve() if file else page
    if not path.exists():
        return False
    return not heading or path.suffix != ".md" or heading in _anchors(path)


@cache
def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


SOURCES = ("events", "projections", "server", "client_sync", "web/src", "web/tests", "tests", "bench", "docs")
PROGRAMS = {".py", ".ts", ".tsx", ".sql"}
NAMED_FILE = re.compile(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|ts|tsx|sql))`")


@cache
def _sources() -> str:
    """Each file's whole path on a line of its own, with a slash before it."""
    found = (path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.suffix in PROGRAMS)
    return "".join(f"/{path.relative_to(ROOT)}\n" for path in found if "installed" not in path.parts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_docs_r06_every_program_file_a_page_names_exists(page: Path) -> None:
    """DOCS-R06: by its whole path or by the end of it, as a page does that has named the folder."""
    named = sorted(set(NAMED_FILE.findall(text(page))))
    assert [file for file in named if f"/{file}\n" not in _sources()] == []
