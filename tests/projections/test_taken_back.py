"""Entries of stock and loggers taken back: what counts no more, what counts again, and what stays held."""

from random import Random

import pytest

from events.catalog.clinics import ClinicClosed
from events.catalog.stock import StockCorrected, StockEntryVoided, StockLoaded, StockReturned, StockWasted
from events.catalog.stock import TemperatureRead as Read
from events.ids import ClinicId, DeviceId, EventId, stream_of
from projections.clinic import clinic_of
from projections.clinic_words import ClinicWords
from projections.discrepancies import discrepancies_of
from projections.fold import Fact
from projections.held import HeldLots
from projections.stock import LotTally, tallies_of
from projections.student import fold
from tests.projections.given import PHONE, TABLET, Given, make_id
from tests.vectors.clinic_vectors import BOXES_READ, day

GYM, HALL = ClinicId(make_id(40)), ClinicId(make_id(41))
STREAM = stream_of("clinic", GYM)
LOAD = StockLoaded(container="Red", cvx="03", mvx="MSD", lot="A1", expires_on="2027-06-30", doses=10, funding="vfc")
LOSS = StockWasted(lot="A1", container="Red", doses=2, drawn=True, reason="child left")
BACK = StockReturned(lot="A1", container="Red", doses=3)
WARM = Read(container="Red", at="2026-09-01T15:00:00.000Z", celsius=48, occasion="opening")
COLD = Read(container="red", at="2026-09-01T15:10:00.000Z", celsius=4.8, occasion="opening")


def taken_back(log: Given, event: EventId, device: DeviceId = PHONE, at: ClinicId = GYM) -> Fact:
    told = StockEntryVoided(event=event, reason="typed wrongly")
    return log.add(told, stream=stream_of("clinic", at), device=device)


def line(log: Given) -> LotTally:
    [one] = tallies_of(clinic_of([fact for fact in log.facts if fact.stream == STREAM]), ())
    return one


def loaded() -> Given:
    log = Given()
    log.add(LOAD, stream=STREAM)
    return log


@pytest.mark.parametrize("entry", [LOSS, BACK, LOAD], ids=["loss", "return", "load"])
def test_an_entry_taken_back_counts_no_more_and_put_back_again(
    entry: StockWasted | StockReturned | StockLoaded,
) -> None:
    """PROJ-R220: by two phones it is one; each has to be undone, and undoing that says nothing."""
    log = loaded()
    before = line(log)
    fact = log.add(entry, stream=STREAM)
    with_it = line(log)
    assert with_it != before
    first = taken_back(log, fact.id)
    assert line(log) == before
    second = taken_back(log, fact.id, TABLET)
    undone = taken_back(log, first.id)
    assert line(log) == before
    taken_back(log, second.id, TABLET)
    assert line(log) == with_it
    taken_back(log, undone.id)
    assert line(log) == with_it
    taken_back(log, fact.id)
    assert line(log) == before


def test_it_may_arrive_before_what_it_is_about() -> None:
    """PROJ-R220: in whatever order, and of another clinic's entry it says nothing."""
    log = loaded()
    taken_back(log, EventId(make_id(1000 + len(log.facts) + 1)))
    log.add(LOSS, stream=STREAM)
    assert line(log).drawn == 0
    elsewhere = loaded()
    loss = elsewhere.add(LOSS, stream=STREAM)
    taken_back(elsewhere, loss.id, at=HALL)
    assert line(elsewhere).drawn == 2
    taken_back(elsewhere, elsewhere.facts[-1].id)
    assert line(elsewhere).drawn == 2


def test_a_return_taken_back_still_belongs_to_its_close() -> None:
    """PROJ-R220, PROJ-R182: of two closes the later counts, whichever of the earlier one's returns was taken back."""
    log = loaded()
    for device in (PHONE, TABLET):
        log.add(BACK, stream=STREAM, device=device)
        back = log.add(BACK, stream=STREAM, device=device)
        log.add(ClinicClosed(at=WARM.at, signed_by=("A", "B")), stream=STREAM, device=device)
        if device == PHONE:
            taken_back(log, back.id)
    assert line(log).returned == 6


def numbers(log: Given) -> list[str]:
    """What must not be used, whatever the order of arrival."""
    found = {hold.number for hold in ClinicWords(log.facts).held.standing}
    facts = [fact for fact in log.facts if fact.stream == STREAM]
    for seed in range(5):
        shuffled = list(facts)
        Random(seed).shuffle(shuffled)
        assert {hold.number for hold in HeldLots(shuffled).standing} == found
    return sorted(found)


def test_a_wrong_reading_holds_its_lots_until_the_box_is_read_again() -> None:
    """PROJ-R221: the word alone frees nothing; the logger does, also where it was read before the word."""
    log = loaded()
    log.registered()
    given = log.dose("03", "2026-09-01", lot="A1", clinic=GYM)
    warm = log.add(WARM, stream=STREAM)
    taken_back(log, warm.id)
    assert numbers(log) == ["A1"]
    cold = log.add(COLD, stream=STREAM, device=TABLET)
    assert numbers(log) == []
    child = fold(fact for fact in log.facts if fact.stream == given.stream)
    assert discrepancies_of(child, ClinicWords(log.facts)) == ()
    again = taken_back(log, cold.id)
    assert numbers(log) == ["A1"]
    assert [one.kind for one in discrepancies_of(child, ClinicWords(log.facts))] == ["dose_of_held_lot"]
    taken_back(log, again.id)
    assert numbers(log) == []
    log.add(WARM, stream=STREAM)
    assert numbers(log) == ["A1"]


def test_a_cold_reading_frees_nothing_that_was_not_taken_back() -> None:
    """PROJ-R221"""
    log = loaded()
    log.add(WARM, stream=STREAM)
    log.add(COLD, stream=STREAM)
    assert numbers(log) == ["A1"]


def test_which_reading_frees_a_box() -> None:
    """PROJ-R221: of the same box, for that moment or a later one, cold by its lowest and highest too, and standing."""
    held = {hold.number for hold in ClinicWords(day().facts).held.standing}
    freed = [box for number, (box, _, _) in enumerate(BOXES_READ) if f"T{number}" not in held]
    assert freed == ["T-again", "T-same moment"]


def test_a_load_taken_back_or_corrected_lay_in_the_warm_box_under_each_of_its_numbers() -> None:
    """PROJ-R221: a dose may be on record under the number that was misread."""
    log = Given()
    load = log.add(LOAD, stream=STREAM)
    log.add(StockCorrected(event=load.id, reason="misread", lot="B2"), stream=STREAM)
    taken_back(log, load.id)
    log.add(WARM, stream=STREAM)
    assert numbers(log) == ["A1", "B2"]
