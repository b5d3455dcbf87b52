"""Lots that must not be used, and the doses given of them: a matter for the health office, whoever knew what when."""

from datetime import timedelta

import msgspec
import pytest

from events.catalog.discrepancies import DiscrepancySettled
from events.catalog.incidents import IncidentOpened
from events.catalog.stock import StockCleared, StockCorrected, StockHeld, StockLoaded, TemperatureRead
from events.ids import ClinicId, DeviceId, stream_kind, stream_of
from events.roles import Role
from projections.clinic import clinic_discrepancies, clinic_of, visits
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.discrepancy import Discrepancy
from projections.fold import Fact
from projections.student import fold
from tests.projections.given import CHILD, PHONE, TABLET, Given, make_id

GYM, HALL = ClinicId(make_id(40)), ClinicId(make_id(41))
SERVER = DeviceId(make_id(22))
DAY = "2026-09-01"


def dose(log: Given, lot: str = "A1", at: ClinicId | None = GYM, **fields: object) -> Fact:
    device = fields.pop("device", PHONE)
    return log.dose("03", DAY, device, seen=fields.pop("seen", None), lot=lot, clinic=at, **fields)  # type: ignore[arg-type]


def held(
    log: Given, *lots: str, why: str = "recall", mvx: str | None = None, at: ClinicId = GYM, **more: object
) -> Fact:
    said = msgspec.convert({"lots": lots or ("A1",), "why": why, "mvx": mvx}, StockHeld)
    return log.add(said, stream=stream_of("clinic", at), **{"device": TABLET, **more})  # type: ignore[arg-type]


def cleared(log: Given, at: ClinicId = GYM, **more: object) -> Fact:
    told = StockCleared(lots=("a-1",), authority="the maker")
    return log.add(told, stream=stream_of("clinic", at), **more)  # type: ignore[arg-type]


def loaded(log: Given, lot: str = "A1", mvx: str = "MSD", at: ClinicId = GYM, box: str = "Cooler 1") -> Fact:
    load = StockLoaded(container=box, cvx="03", mvx=mvx, lot=lot, expires_on="2027-06-30", doses=10, funding="vfc")
    return log.add(load, stream=stream_of("clinic", at))


def read(log: Given, celsius: float, box: str = "Cooler 1", **more: object) -> Fact:
    reading = TemperatureRead(container=box, at="2026-09-01T15:00:00.000Z", celsius=celsius, occasion="opening")
    return log.add(reading, stream=stream_of("clinic", GYM), **more)  # type: ignore[arg-type]


def found(log: Given) -> tuple[Discrepancy, ...]:
    children = [fact for fact in log.facts if stream_kind(fact.stream) == "student"]
    every = discrepancies_of(fold(children), ClinicWords(log.facts))
    return tuple(one for one in every if one.kind != "duplicate_dose")


def kinds(log: Given) -> list[str]:
    return [one.kind for one in found(log)]


def test_a_recall_after_the_dose_is_a_grave_matter_by_itself() -> None:
    """PROJ-R200: nobody had to open anything; both sides, the child's record, an owner and a day."""
    log = Given()
    log.registered()
    given = dose(log, "c9999 aa")
    recall = held(log, "C9999-AA")
    [one] = found(log)
    assert (one.kind, one.severity, one.owner) == ("dose_of_held_lot", "hard", Role.HEALTH_OFFICE)
    assert one.due_on == one.raised_on + timedelta(days=1)
    assert [(side.event, side.student) for side in one.sides] == [(given.id, CHILD), (recall.id, CHILD)]
    assert one.says == f"MMR of lot c9999 aa was given on {DAY}; the lot was recalled"


def test_a_dose_by_a_phone_that_could_not_know_is_concurrent() -> None:
    """PROJ-R200: and one given although it was shown says so."""
    for seen, known in ((0, "concurrent"), (1, "shown")):
        log = Given()
        held(log)
        dose(log, seen=seen)
        assert [one.how_known for one in found(log)] == [known]


def test_a_recall_reaches_a_dose_anywhere_and_a_warm_box_those_of_its_clinic() -> None:
    """PROJ-R201"""
    for why, elsewhere in (("recall", 1), ("excursion", 0), ("other", 0)):
        log = Given()
        dose(log, at=HALL)
        dose(log, at=GYM, lot="B2")
        held(log, "A1", "B2", why=why)
        assert len(found(log)) == 1 + elsewhere, why


def test_a_recall_elsewhere_is_of_its_maker_and_the_own_clinic_has_its_own_word() -> None:
    """PROJ-R201: another maker may give the same number; what was told here and then freed here is free here."""
    log = Given()
    loaded(log, mvx="MSD", at=GYM)
    held(log)
    dose(log, at=HALL, mvx="SKB")
    assert kinds(log) == []
    dose(log, at=HALL, mvx="MSD")
    assert kinds(log) == ["dose_of_held_lot"]
    held(log, at=HALL, device=SERVER)
    cleared(log, at=HALL)
    assert kinds(log) == []


def test_a_recall_that_names_its_maker_holds_nobody_elses_lot() -> None:
    """PROJ-R261: where both lie in one clinic too, and of a dose given at another; OTH and UNK name no maker."""
    cases = (("MSD", "SKB", 0), ("MSD", "MSD", 1), (None, "SKB", 1), ("MSD", "OTH", 1), ("UNK", "SKB", 1))
    for told, mvx, count in cases:
        for at in (GYM, HALL):
            log = Given()
            loaded(log, mvx="MSD", at=GYM)
            loaded(log, mvx="SKB", at=GYM)
            held(log, mvx=told)
            dose(log, at=at, mvx=mvx)
            assert len(found(log)) == count, (told, mvx, at)


def test_a_box_that_was_too_warm_is_a_matter_for_each_dose_out_of_it() -> None:
    """PROJ-R201: of what lay in it, told or only read off the logger."""
    log = Given()
    log.registered()
    loaded(log)
    dose(log)
    read(log, 7.9)
    assert kinds(log) == []
    read(log, 11)
    [one] = found(log)
    assert one.says.endswith("; the lot was too warm or too cold")
    held(log, why="excursion")
    assert [again.key for again in found(log)] == [one.key]


def test_a_box_is_the_same_however_written_and_what_was_moved_out_of_it_lay_there() -> None:
    """PROJ-R201"""
    log = Given()
    load = loaded(log)
    dose(log)
    moved = StockCorrected(event=load.id, reason="moved", container="Cooler 2")
    log.add(moved, stream=stream_of("clinic", GYM))
    read(log, 11, box="Cooler 3")
    assert kinds(log) == []
    read(log, 11, box="cooler-1 ")
    assert kinds(log) == ["dose_of_held_lot"]


def test_what_is_set_aside_as_expired_says_nothing_of_a_dose_before() -> None:
    """PROJ-R201"""
    for expires_on, count in ((DAY, 0), ("2026-08-31", 1), (None, 1)):
        log = Given()
        dose(log, expires_on=expires_on)
        held(log, why="expired")
        assert len(found(log)) == count


@pytest.mark.parametrize("end", ["void", "lot", "cleared", "said", "said of another hold", "incident"])
def test_it_ends_by_what_a_person_who_knew_records(end: str) -> None:
    """PROJ-R202"""
    log = Given()
    given = dose(log)
    held(log, at=HALL)
    first = held(log)
    [one] = found(log)
    match end:
        case "void":
            log.voided(given)
        case "lot":
            log.corrected(given, lot="Z9")
        case "cleared":
            cleared(log)
        case "said":
            log.add(DiscrepancySettled(kind=one.kind, events=tuple(side.event for side in one.sides), reason="called"))
        case "said of another hold":
            log.add(DiscrepancySettled(kind="dose_of_held_lot", events=(first.id, given.id), reason="called"))
        case _:
            log.add(IncidentOpened(dose=given.id, stops=("held",), reason="since", follow_up=("call",)))
    assert kinds(log) == []


def test_what_was_said_before_the_recall_does_not_end_it() -> None:
    """PROJ-R202: an incident of a warm box, seen to; then the maker recalls the lot."""
    log = Given()
    given = dose(log)
    held(log, why="excursion")
    log.add(IncidentOpened(dose=given.id, stops=("held",), reason="warm", follow_up=("call",)))
    assert kinds(log) == []
    held(log)
    assert [one.says[-12:] for one in found(log)] == ["was recalled"]
    cleared(log, seen=1)
    assert kinds(log) == ["dose_of_held_lot"]


def test_a_dose_told_by_a_paper_is_no_matter_of_ours() -> None:
    """PROJ-R200"""
    log = Given()
    log.told_dose("03", DAY, lot="A1")
    held(log)
    assert kinds(log) == []


def test_a_clinics_day_shows_it() -> None:
    """PROJ-R200, PROJ-R28"""
    log = Given()
    log.registered()
    dose(log)
    held(log)
    child = fold(fact for fact in log.facts if stream_kind(fact.stream) == "student")
    day = visits(clinic_of(log.facts), [child])
    assert [one.kind for one in clinic_discrepancies(day)] == ["dose_of_held_lot"]
