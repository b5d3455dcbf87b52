"""A plan: a rule set made ready to judge with, under one choice of readings.

Antigens become their index in `rules.antigens`, ages become indexes into `ages`, dates become ordinals, so that
judging a student is comparing whole numbers. A plan holds no student. The plan under the rule set's own
readings is the law as this project takes it; a plan with one reading turned says what the other reading would say.
"""

from __future__ import annotations

from functools import lru_cache

from projections.law.codes import CODES
from projections.law.form import Band, Need, Option, Primary, Schedule
from projections.law.intervals import Age, reach, read_age, read_day
from projections.law.plain import ODD, PLAIN
from projections.law.plan_parts import (
    NEVER,
    SEVERAL,
    BandPlan,
    BandsPlan,
    CodePlan,
    ExemptPlan,
    NeedPlan,
    OptionPlan,
    PrimaryPlan,
)
from projections.law.readings import SWITCHES
from projections.law.ruleset import Loaded
from projections.law.schedule import schedule_named
from projections.law.verdict import AntigenVerdict

GRACE_DAYS = {"none": 0, "four_days": 4}


_READ_BY_FACTS = frozenset(
    (
        "clock",
        "later_requirement",
        "last_day",
        "weekend",
        "leap_birthday",
        "grace",
        "partial_date",
        "blank_statement",
        "dt_under_7",
    )
)
"""Readings that change what facts are read as, besides those the rule set's own parts name."""


class Plan:
    """Everything `facts` and `judge` ask of a rule set. Made by `plan_for`, shared, never changed."""

    def __init__(self, loaded: Loaded, readings: tuple[tuple[str, str], ...]) -> None:
        rules = loaded.rules
        self.loaded, self.rules = loaded, rules
        values = {name: value for name, (value, _) in SWITCHES.items()}
        values.update({name: reading.value for name, reading in rules.readings.items()})
        values.update({name: value for name, value in readings if name in rules.readings})
        self.values = values
        self.antigens = rules.antigens
        self.every_antigen = frozenset(range(len(rules.antigens)))
        self.not_asked = tuple(AntigenVerdict(antigen, "not_required", 0, (), (), "") for antigen in rules.antigens)
        self.index = {antigen: i for i, antigen in enumerate(rules.antigens)}
        self.ages: list[Age] = []
        self._age_index: dict[str, int] = {}
        self.grace = GRACE_DAYS.get(values.get("grace", "none"), 0)
        self.leap_day_march = values.get("leap_birthday") == "march_1"
        self.standards = schedule_named(rules.standards.schedule, rules.standards.without)
        self.counted_standards = rules.standards.use == "counted"
        self.limits = [self._age(rules.limits[a].min_age) if a in rules.limits else -1 for a in rules.antigens]
        self.subject_ages = [self._age(one.age_to) for one in rules.subject]
        self.exemption_ages = [(self._age(one.age_from), self._age(one.age_to)) for one in rules.exemptions]
        self.bands = tuple((band, self._band(band)) for band in rules.bands)
        self.graded = frozenset(band.group for band in rules.bands if band.grades)
        self.in_process = frozenset(self.index[a] for a in rules.in_process.antigens)
        self.primary = tuple(self._primary(one) for one in rules.in_process.primary)
        self.schedule = tuple((one, self._age(one.age_from), self._age(one.age_to)) for one in rules.schedule)
        self.day_if_enrolled_after = read_day(rules.dates.day_if_enrolled_after) or NEVER
        self.day_if_given_after = read_day(rules.dates.day_if_given_after) or NEVER
        self.lenient_limit = values.get(rules.dates.reading) == "accepted"
        self.day_for_everyone = values.get(rules.dates.enrolled_reading) == "everyone"
        self.effective_from = read_day(rules.effective_from) or 0
        self.effective_to = read_day(rules.effective_to) or NEVER
        self.codes = {code: self._code(code) for code in CODES.spellings()}
        self.plain_courses = [PLAIN.get(antigen) for antigen in rules.antigens]
        self.reads = _READ_BY_FACTS.union(
            (rules.dates.reading, rules.dates.enrolled_reading, rules.suspensions.reading),
            (one.age_to_reading for one in rules.subject),
            (one.reading for one in rules.exemptions),
        )
        self._bands_for: dict[tuple[str, str], BandsPlan] = {}
        self._subject_for: dict[tuple[object, ...], tuple[tuple[str, int, int, int], ...]] = {}
        self._marks: dict[int, tuple[int, ...]] = {}

    def marks(self, born: int) -> tuple[int, ...]:
        """The day each of `ages` is reached by one born on `born`."""
        known = self._marks.get(born)
        if known is None:
            if len(self._marks) > 20_000:
                self._marks.clear()
            known = tuple([reach(born, age, self.leap_day_march) for age in self.ages])
            self._marks[born] = known
        return known

    def bands_for(self, group: str, grade: str) -> BandsPlan:
        """The bands that may apply to this facility group and grade, in order."""
        known = self._bands_for.get((group, grade))
        if known is None:
            fit = [
                (band, made)
                for band, made in self.bands
                if (not band.group or band.group == group) and (not band.grades or grade in band.grades)
            ]
            bands = tuple(made for _, made in fit)
            asked = frozenset(self.index[antigen] for band, _ in fit for antigen in band.asks)
            known = BandsPlan(bands, asked, self._ages_of(bands), self._windows_of(bands))
            self._bands_for[(group, grade)] = known
        return known

    def subject_for(
        self, who: tuple[str, str, str, bool, bool], classroom: bool, excluded: bool
    ) -> tuple[tuple[str, int, int, int], ...]:
        """The rules of who is not subject that fit: clause, age (-1: none), days after it, last birth date."""
        key = (who, classroom, excluded)
        known = self._subject_for.get(key)
        if known is None:
            group, facility, grade, resident, contact = who
            found = []
            for one, age in zip(self.rules.subject, self.subject_ages, strict=True):
                asked = (
                    (one.group, group),
                    (one.resident, resident),
                    (one.online_contact, contact),
                    (one.online_classroom, classroom),
                    (one.excluded_service, excluded),
                )
                fits = all(want in ("", None, have) for want, have in asked)
                fits = fits and (not one.facilities or facility in one.facilities)
                if fits and (not one.grades or grade in one.grades):
                    extra = 1 if self.values.get(one.age_to_reading) == "over" else 0
                    found.append((one.clause, age, extra, (read_day(one.born_to) or 0) if one.born_to else NEVER))
            known = tuple(found)
            self._subject_for[key] = known
        return known

    def _ages_of(self, bands: tuple[BandPlan, ...]) -> tuple[tuple[int, int], ...]:
        ages = {(age, 0) for band in bands for age in (band.age_from, band.age_to)}
        for need in (need for band in bands for need in band.asks if need is not None):
            ages.update((option.last_at, option.last_shift) for option in need.options)
            ages.update((age, 0) for exempt in need.exempt for age in (exempt.since, exempt.until))
        return tuple(sorted(pair for pair in ages if pair[0] >= 0))

    def _windows_of(self, bands: tuple[BandPlan, ...]) -> tuple[tuple[int, int, int], ...]:
        windows = {
            (index, option.within_months, band.age_from)
            for band in bands
            for index, need in enumerate(band.asks)
            for option in (need.options if need is not None else ())
            if option.within_months
        }
        return tuple(sorted(windows))

    def schedule_row(self, antigen: int, recorded: int, marks: tuple[int, ...], on: int) -> Schedule | None:
        """The suggested exclusion schedule for so many doses recorded at enrollment."""
        for row, since, until in self.schedule:
            fits = (since < 0 or on >= marks[since]) and (until < 0 or on < marks[until])
            if fits and row.recorded == recorded and self.antigens[antigen] in row.antigens:
                return row
        return None

    def _code(self, code: str) -> CodePlan:
        cvx, antigens = CODES.cvx(code) or code, self._counts_for(code)
        limits = {self.limits[antigen] for antigen in antigens} - {-1}
        limit = -1 if not limits else limits.pop() if len(limits) == 1 else SEVERAL
        return CodePlan(antigens, cvx, limit, cvx in self.standards.live, cvx in ODD)

    def _counts_for(self, code: str) -> tuple[int, ...]:
        antigens = CODES.antigens_of(code) or ()
        if CODES.cvx(code) == "28" and self.values.get("dt_under_7") == "counts":
            antigens = (*antigens, "PERT")
        return tuple(self.index[a] for a in antigens if a in self.index)

    def _age(self, text: str) -> int:
        if not text:
            return -1
        if text not in self._age_index:
            self._age_index[text] = len(self.ages)
            self.ages.append(read_age(text))
        return self._age_index[text]

    def _option(self, option: Option) -> OptionPlan:
        after = option.last_reading and self.values[option.last_reading] == "after"
        exclusive = option.within_reading and self.values[option.within_reading] == "exclusive"
        conditions = (
            option.last_at,
            option.each_from,
            option.each_to,
            option.within_years,
            option.vaccines,
            option.apart_months,
        )
        return OptionPlan(
            doses=option.doses,
            plain=not any(conditions),
            last_at=self._age(option.last_at),
            last_shift=-self.grace if self.grace else 1 if after else 0,
            last_reading=option.last_reading,
            each_from=self._age(option.each_from),
            each_to=self._age(option.each_to),
            within_months=option.within_years * 12,
            within_shift=-1 if exclusive else 0,
            apart_months=option.apart_months,
            apart_shift=-self.grace,
            vaccines=frozenset(CODES.cvx(code) or code for code in option.vaccines),
        )

    def _need(self, need: Need, band: Band) -> NeedPlan | None:
        if need.reading and self.values[need.reading] != need.reading_value:
            return None
        offered = (one for one in need.options if not one.reading or self.values[one.reading] == one.reading_value)
        options = tuple(self._option(option) for option in offered)
        exempt = tuple(
            ExemptPlan(one.clause, self._age(one.since), self._age(one.until), one.sex) for one in need.exempt
        )
        plain = min((option.doses for option in options if option.plain), default=0)
        flags = tuple(sorted({need.reading, *(one.reading for one in need.options)} - {""}))
        return NeedPlan(options, need.clause or band.clause, exempt, need.cohort, flags, plain, need.own_ages)

    def _band(self, band: Band) -> BandPlan:
        asks = tuple(
            self._need(self.rules.needs[band.asks[a]], band) if a in band.asks else None for a in self.antigens
        )
        since = read_day(band.since) or 0
        return BandPlan(
            band.id, self._age(band.age_from), self._age(band.age_to), since, frozenset(band.statements), asks
        )

    def _primary(self, primary: Primary) -> PrimaryPlan:
        doses = tuple(primary.doses.get(a, 0) for a in self.antigens)
        return PrimaryPlan(self._age(primary.age_from), self._age(primary.age_to), primary.groups, doses)


@lru_cache(maxsize=256)
def plan_for(loaded: Loaded, readings: tuple[tuple[str, str], ...] = ()) -> Plan:
    """The plan of a rule set with some readings set otherwise; made once for each choice."""
    return Plan(loaded, readings)
