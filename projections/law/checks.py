"""Checks of single values in a rule-set file: each gives what is wrong, as (path, reason), or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from projections.law.intervals import read_age, read_day

Fault = tuple[str, str]

DOSES_MAX, MONTHS_MAX, DAYS_MAX = 20, 1_800, 40_000


def ages(path: str, told: Iterable[str], needed: bool = False) -> Iterator[Fault]:
    """Ages such as `4y` that somebody reaches; an empty one says nothing, unless it is needed."""
    for age in told:
        if not age and not needed:
            continue
        try:
            read = read_age(age)
        except ValueError as error:
            yield path, str(error)
            continue
        if not 0 <= read.months <= MONTHS_MAX or abs(read.days) > DAYS_MAX:
            yield path, f"{age!r} is an age nobody reaches"


def dates(path: str, told: str) -> Iterator[Fault]:
    """A full date, or nothing."""
    if told and read_day(told) is None:
        yield path, f"{told!r} is not a full date"


def count(path: str, number: int, least: int, most: int) -> Iterator[Fault]:
    """A number from `least` to `most`, both included."""
    if not least <= number <= most:
        yield path, f"{number} is not between {least} and {most}"


def one_of(path: str, name: str, known: Collection[str]) -> Iterator[Fault]:
    """A name that is known."""
    if name not in known:
        yield path, f"{name!r} is none of {', '.join(sorted(one for one in known if one))}"


def all_of(path: str, names: Iterable[str], known: Collection[str]) -> Iterator[Fault]:
    """Names that are all known."""
    for name in names:
        yield from one_of(path, name, known)
