"""One function a story: the doses on paper, the paper they stand on, when school began, what is missing.

``histories.py`` says which stories there are and draws one for each child.
"""

from datetime import date, timedelta
from random import Random
from typing import Literal

import msgspec

from events.catalog.statements import StatementReceived
from events.dates import add_months
from server.demo.papers import conscientious_paper, exemption_paper, in_process_paper, record_paper
from server.demo.people import DemoChild, first_school_day, school_year_start
from server.demo.schedule import Shot, childhood, count_of, keep_first, late_start, rewrite

Story = Literal[
    "complete",
    "complete_parent",
    "in_process",
    "in_process_late",
    "short",
    "no_record",
    "conscientious",
    "medical",
    "laboratory",
    "unchecked",
    "partial_date",
    "tick",
    "transferred_in",
    "short_stay",
    "left",
    "former",
]

_CURES = {"DTP": ("20", "115"), "POLIO": ("10", "10"), "MMR": ("03", "03"), "HEPB": ("08", "08")}


class History(msgspec.Struct, frozen=True, kw_only=True):
    """One child's file. ``missing`` are the CVX codes that would cure it (under seven first, then over)."""

    story: Story
    first_day: date
    shots: tuple[Shot, ...]
    paper: StatementReceived | None = None
    accepted: bool = True
    """Whether the paper has been checked and accepted."""
    source: Literal["paper", "registry", "other_school", "parent", "clinic_record"] = "clinic_record"
    missing: tuple[str, ...] = ()
    transferred_from: str = ""
    transferred_on: date | None = None
    last_day: date | None = None
    expected_days: int | None = None


def _began(rng: Random, child: DemoChild, today: date) -> date:
    """First day at this facility: with the class for most, later for some."""
    if child.kind == "child_care":
        began = max(add_months(child.born, 3), today - timedelta(days=rng.randrange(30, 700)))
        return min(began, today - timedelta(days=3))
    here = years_here(child)
    return first_school_day(school_year_start(today) - (here if rng.random() < 0.8 else rng.randrange(here + 1)))


def years_here(child: DemoChild) -> int:
    """How many school years ago the child's class began at its school."""
    return 0 if child.grade == "K" else int(child.grade) - (7 if child.kind == "secondary" else 0)


def complete(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    began = _began(rng, child, today)
    shots = childhood(rng, child.born, today - timedelta(days=20), combined=rng.random() < 0.4)
    parent = story == "complete_parent" and today >= add_months(child.born, 20)
    return History(
        story="complete_parent" if parent else "complete",  # a younger child is in process: a physician's word
        first_day=began,
        shots=tuple(shots),
        paper=record_paper(rng, began, parent),
        source="parent" if parent else "clinic_record",
    )


def short(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """One or two series end too early; told by a parent, so that nothing is in process."""
    began = _began(rng, child, today)
    shots = childhood(rng, child.born, today - timedelta(days=20))
    families = ("DTP", "POLIO") if child.kind == "child_care" else ("DTP", "POLIO", "MMR", "HEPB")
    for family in rng.sample(families, rng.choice((1, 1, 1, 2))):
        enough = {"DTP": 2, "POLIO": 2, "MMR": 0, "HEPB": 2} if _is_seven(child, today) else {}
        keep = enough.get(family, {"DTP": 3, "POLIO": 2, "MMR": 0, "HEPB": 2}[family])
        shots = keep_first(shots, family, min(keep, max(0, count_of(shots, family) - 1)))
    return History(
        story=story,
        first_day=began,
        shots=tuple(shots),
        paper=record_paper(rng, began, parent=True),
        source="parent",
        missing=_missing(child, shots, today),
    )


def no_record(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    return History(
        story=story, first_day=_began(rng, child, today), shots=(), missing=_missing(child, [], today), source="paper"
    )


def in_process(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """Came from abroad: began late, and a physician says what is still planned."""
    here = years_here(child)
    late = story == "in_process_late" and here >= 2
    years_ago = 2 if late else (here > 0 and rng.random() < 0.4)
    began = first_school_day(school_year_start(today) - years_ago)
    dtp = "115" if _is_seven(child, began) else "20"
    counts = {dtp: 1, "10": 2, "08": 2, "03": 1}
    shots = late_start(rng, began - timedelta(days=70), counts, today)
    if not _is_seven(child, began):
        shots += late_start(rng, add_months(child.born, 14), {"48": 1, "20": 1}, today)
    shots.sort(key=lambda shot: (shot.on, shot.cvx))
    return History(
        story="in_process_late" if late else "in_process",
        first_day=began,
        shots=tuple(shots),
        paper=in_process_paper(rng, began),
        missing=_missing(child, shots, today),
    )


def conscientious(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """A notarized statement: for everything, or for one vaccine only; ``unchecked`` came this week."""
    began = _began(rng, child, today)
    unchecked = story == "unchecked"
    only_mmr = child.kind != "child_care" and rng.random() < 0.35
    shots = childhood(rng, child.born, today - timedelta(days=20)) if only_mmr else []
    received = today - timedelta(days=rng.randrange(1, 5)) if unchecked else began
    return History(
        story=story,
        first_day=began,
        shots=tuple(keep_first(shots, "MMR", 0)),
        paper=conscientious_paper(rng, child, received, only_mmr),
        accepted=not unchecked,
        source="parent",
    )


def physicians_exemption(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """A contraindication to MMR, or a laboratory's proof of immunity to hepatitis B (subd. 3(c))."""
    began = _began(rng, child, today)
    medical = story == "medical"
    shots = childhood(rng, child.born, today - timedelta(days=20))
    return History(
        story=story,
        first_day=began,
        shots=tuple(keep_first(shots, "MMR" if medical else "HEPB", 0)),
        paper=exemption_paper(rng, began, medical),
    )


def defective_date(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """``partial_date``: the only MMR says the month of the first birthday. ``tick``: polio has a cross."""
    began = _began(rng, child, today)
    shots = childhood(rng, child.born, today - timedelta(days=20))
    if story == "tick":
        shots = rewrite(keep_first(shots, "POLIO", 3), "POLIO", 2, lambda _: None)
    else:
        first = add_months(child.born, 12)
        shots = [
            Shot("03", first, f"{first:%Y-%m}") if shot.cvx == "03" else shot for shot in keep_first(shots, "MMR", 1)
        ]
    return History(
        story=story,
        first_day=began,
        shots=tuple(shots),
        paper=record_paper(rng, began, parent=True),
        source="paper",
    )


def transferred_in(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """Came within the last weeks: the old school's file is on its way, or has come with gaps."""
    came = today - timedelta(days=rng.randrange(3, 26))
    shots = childhood(rng, child.born, today - timedelta(days=60)) if rng.random() < 0.4 else []
    kept = keep_first(keep_first(shots, "POLIO", 2), "DTP", 2)
    return History(
        story=story,
        first_day=came,
        shots=tuple(kept),
        source="other_school",
        missing=_missing(child, kept, today),
        transferred_from=rng.choice(("Harbor View School, Duluth", "Pine Ridge Academy, Bemidji", "Lincoln School")),
        transferred_on=came,
    )


def short_stay(_rng: Random, _child: DemoChild, today: date, story: Story) -> History:
    return History(story=story, first_day=today - timedelta(days=2), shots=(), expected_days=5, source="paper")


def left(rng: Random, child: DemoChild, today: date, story: Story) -> History:
    """Moved away this autumn: the file must follow within 30 days, request or none (subd. 7)."""
    there = complete(rng, child, today, "complete")
    last = max(there.first_day, today - timedelta(days=rng.randrange(2, 45)))
    return msgspec.structs.replace(there, story=story, last_day=last)


def former(rng: Random, child: DemoChild, today: date) -> History:
    """Graduated at eighteen: the retention clock runs, for some it has run out."""
    graduated = date(school_year_start(child.born) + 19, 6, 5)
    shots = childhood(rng, child.born, graduated)
    began = first_school_day(graduated.year - 6)
    return History(
        story="former",
        first_day=began,
        shots=tuple(shots),
        paper=record_paper(rng, began, parent=False),
        last_day=min(graduated, today - timedelta(days=60)),
    )


def _is_seven(child: DemoChild, on: date) -> bool:
    return on >= add_months(child.born, 84)


def _missing(child: DemoChild, shots: list[Shot], today: date) -> tuple[str, ...]:
    """One dose of each series that is short, by the numbers of subd. 4(b), 4(c) and 4(e)."""
    if _is_seven(child, today):
        wanted = {"DTP": 3, "POLIO": 3, "MMR": 1, "HEPB": 3}
    elif child.kind == "child_care":
        wanted = {"DTP": 4, "POLIO": 3, "MMR": 1}
    else:
        wanted = {"DTP": 5, "POLIO": 4, "MMR": 1, "HEPB": 3}
    under, over = 0, 1
    age = over if _is_seven(child, today) else under
    return tuple(_CURES[family][age] for family, count in wanted.items() if count_of(shots, family) < count)
