"""The demo's people recorded on a real log and judged by the real folds."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from events.ids import DistrictId
from projections.compliance import verdict_of
from server.demo.district import KIND, NAME, TIME_ZONE, demo_district
from server.district import found_district, open_district
from server.records import read_records
from server.settings import Settings

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
PROMISED = {
    "complete": {"complete"},
    "complete_parent": {"complete"},
    "in_process": {"in_process"},
    "in_process_late": {"not_compliant"},
    "short": {"not_compliant"},
    "no_record": {"not_compliant"},
    "conscientious": {"exempt"},
    "medical": {"exempt"},
    "laboratory": {"exempt"},
    "unchecked": {"review"},
    "partial_date": {"review", "not_compliant"},
    "tick": {"not_compliant", "review"},
    "transferred_in": {"transfer_grace"},
}
CHILD_CARE = {
    "complete": {"complete", "in_process"},
    "complete_parent": {"complete"},
    "short": {"not_compliant"},
    "no_record": {"not_compliant"},
    "conscientious": {"exempt"},
    "short_stay": {"short_stay_exempt"},
}


@pytest.mark.parametrize("seed", [1, 2, 7])
async def test_every_story_keeps_its_promise_on_the_log(tmp_path: Path, seed: int) -> None:
    """DEMO-R03"""
    settings = Settings(
        home=tmp_path / "home", district=DistrictId("demo"), log_name="log.example", host="127.0.0.1", port=0
    )
    await found_district(settings, lambda: NOW, NAME, KIND, TIME_ZONE)
    demo = demo_district(seed, TODAY)
    async with open_district(settings, lambda: NOW, "command", "demo") as district:
        await district.record(demo.following(await district.record(demo.opening)))
        records = await read_records(district)
    told: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for student in demo.students:
        overall = verdict_of(records.student(student.id), records.policy, TODAY, "mn-2006").overall
        told[("child_care" if student.child.kind == "child_care" else "school", student.history.story)][overall] += 1
    for (kind, story), verdicts in told.items():
        promised = (CHILD_CARE if kind == "child_care" else PROMISED).get(story)
        assert promised is None or set(verdicts) <= promised, f"{kind} {story}: {dict(verdicts)}"
