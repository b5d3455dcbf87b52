"""One child of a real log under three versions of the law, by the commands an auditor would use."""

from datetime import UTC, date, datetime, timedelta

import click
import pytest
from click.testing import CliRunner

from events.catalog.disclosures import RecordViewed
from events.catalog.doses import DoseRecorded
from events.ids import stream_of
from server.commands.law import child_record
from server.commands.replay import run_replay
from server.law_cli import law_group
from tests.projections.given import PAPER
from tests.transfer.offices import Office, ada


async def test_one_child_is_explained_under_three_rule_sets(old: Office) -> None:
    """LAW-R14 LAW-R20: told by each version in its own words, and outside its days as unverified."""
    student = await ada(old)
    record = await child_record(old.settings, "okafor", date(2026, 9, 1), None, old.clock)
    born = date.fromisoformat(record.born_on)
    early = DoseRecorded(told=PAPER, cvx="05", given_on=(born + timedelta(days=350)).isoformat())
    await old.write((stream_of("student", student), early))
    record = await child_record(old.settings, "okafor", date(2026, 9, 1), None, old.clock)
    group = law_group(lambda asked, as_of, known_at: record)

    def told(*more: str) -> str:
        ran = CliRunner().invoke(group, ["explain", "--student", "okafor", *more])
        assert ran.exit_code == 0, ran.output
        return ran.output

    for rule_set, words in (
        ("mn-1980", "Questions and Answers on Minn. Stat. 123.70"),
        ("mn-1988", "Minn. Stat. 123.70 (1988)"),
        ("mn-2006", "Minn. Stat. 121A.15 (2006)"),
    ):
        output = told("--as-of", "2026-09-01", "--rule-set", rule_set)
        assert words in output
        assert "rests on no version of the law verified for September 1, 2026" in output
        found = await run_replay(old.settings, "okafor", "2026-09-01", rule_set=rule_set, clock=old.clock)
        assert found.otherwise is not None
        assert found.otherwise.rule_set == rule_set
        assert found.otherwise.verified is False
    assert "Against" in told("--as-of", "2026-09-01")
    assert await old.of(RecordViewed) != []


async def test_between_the_versions_no_verified_version_covers_the_day(old: Office) -> None:
    """LAW-R05"""
    await ada(old)
    record = await child_record(old.settings, "okafor", date(2010, 5, 5), None, old.clock)
    group = law_group(lambda asked, as_of, known_at: record)
    ran = CliRunner().invoke(group, ["explain", "--student", "okafor", "--as-of", "2010-05-05"])
    assert ran.exit_code == 1
    assert "no verified version covers 2010-05-05 (the nearest are mn-2006 and mn-current)" in ran.output


async def test_what_was_not_known_yet_is_not_judged(old: Office) -> None:
    """LAW-R20"""
    await ada(old)
    with pytest.raises(click.ClickException, match="nothing was known of this child before 2020"):
        await child_record(old.settings, "okafor", date(2026, 9, 1), datetime(2020, 1, 1, tzinfo=UTC), old.clock)
