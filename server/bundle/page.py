"""The bundle as one page: the record in plain words, and the events it rests on, which check themselves.

Self-contained: no address is loaded from anywhere, and the page's own policy forbids it. Every value is
escaped; the events travel as JSON that cannot end its element.
"""

import re
from collections.abc import Iterable
from html import escape
from importlib import resources

import msgspec

from projections.summary import Summary
from projections.verdict_words import antigen_word
from server.bundle.make import Proven, bundled


class PageEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page's script reads of one event."""

    position: int
    header: str
    signature: str
    receipt: str
    salt: str | None = None
    payload: str | None = None


class PageData(msgspec.Struct, frozen=True):
    """What the page's script reads."""

    log_key: str
    checkpoint: str
    events: tuple[PageEvent, ...]


def make_page(
    title: str, summaries: Iterable[Summary], events: Iterable[Proven], log_key: str, checkpoint: str, made: str
) -> bytes:
    """The page's bytes. ``made`` says in words who made it and when."""
    body = [f"<h1>{escape(title)}</h1>", f'<p class="soft">{escape(made)}</p>', _PROOF]
    for summary in summaries:
        body += _summary(summary)
    body += _keys(log_key, checkpoint)
    values = {
        "title": escape(title),
        "body": "\n".join(body),
        "data": _data(events, log_key, checkpoint),
        "script": _packaged("page.js"),
    }
    return _PLACE.sub(lambda place: values[place[1]], _packaged("page.html")).encode()


_PLACE = re.compile("@(title|body|data|script)@")
_PROOF = (
    '<div id="proof"><strong>Checking …</strong><p>If this stays, scripts are off: run doseledger verify.</p></div>'
)


def _data(events: Iterable[Proven], log_key: str, checkpoint: str) -> str:
    shown = []
    for one in events:
        written = bundled(one)
        shown.append(
            PageEvent(one.position, written.header, written.signature, one.receipt, written.salt, written.payload)
        )
    encoded = msgspec.json.encode(PageData(log_key, checkpoint, tuple(shown))).decode()
    return encoded.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _summary(summary: Summary) -> list[str]:
    verdict = summary.verdict
    law = f"{verdict.rule_set}, revision {verdict.revision}{'' if verdict.verified else ', not verified'}"
    parts = [
        f"<h2>{escape(summary.name)}, born {escape(summary.birth_date or 'on a day not known')}</h2>",
        f"<p>{escape(verdict.words)} <span class='soft'>As of {summary.on} under {escape(law)}.</span></p>",
    ]
    if verdict.uncovered:
        parts.append(f"<p>{escape(verdict.uncovered)}</p>")
    asked = [row for row in verdict.antigens if row.outcome != "not_required"]
    parts += _table(
        ("Against", "Result", "Doses", "By the law"),
        [(antigen_word(r.antigen), r.words, f"{r.counted} of {r.needed}", r.cite) for r in asked],
    )
    parts.append("<h2>Doses</h2>")
    parts += _table(
        ("Given on", "Vaccine", "CVX", "Source", "Lot", "Remarks"),
        [(d.given_on or "no date", d.vaccine, d.cvx, d.source, d.lot, d.note) for d in summary.doses],
    )
    parts.append("<h2>Statements</h2>")
    parts += _table(
        ("Received", "Kind", "Signed by", "Vaccines", "State"),
        [(p.received_on, p.kind.replace("_", " "), p.signer, p.antigens or "all", p.state) for p in summary.papers],
    )
    parts.append("<h2>Enrollment</h2>")
    parts += _table(
        ("First day", "Last day", "Kind", "Grade", "Basis"),
        [
            (s.first_day, s.last_day or "attends", s.kind.replace("_", " "), s.grade, s.basis.replace("_", " "))
            for s in summary.enrollments
        ],
    )
    return parts


def _keys(log_key: str, checkpoint: str) -> list[str]:
    return [
        "<h2>What this rests on</h2>",
        "<p>Each fact was signed by the person who recorded it and stands in the district's log. The log key is:</p>",
        f"<p><code>{escape(log_key)}</code></p>",
        f"<p class='soft'>The log's signed head:</p><pre><code>{escape(checkpoint)}</code></pre>",
    ]


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return ["<p class='soft'>None.</p>"]
    cells = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    top = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    lines = "".join(f"<tr>{row}</tr>" for row in cells)
    return [f"<div class='scroll'><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"]


def _packaged(name: str) -> str:
    return resources.files("server.bundle").joinpath(name).read_text(encoding="utf-8")
