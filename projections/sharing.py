"""Who allowed the district to share a child's doses with the state registry, in writing, and who took it back.

A school asks the parent first, from 18 the student (FERPA; docs/law.md, A-24). Each paper stands by itself and one is
enough. Standing is judged as for a vaccine (projections/consenting). A permission taken back ends all that
its signer, and whoever took it back, had signed until then, whichever reached the log first; of one day, what its
writer had not heard of; taken back of a paper that is not here, all of that name. A paper consent on which it was once
ticked counts as such a paper until it is taken back itself, or for all its vaccines, by its signer of any consent. What
counts for nothing is told by projections/set_aside. Mirrored by web/src/projections/sharing.ts.

Who calls it: a child's record at the office. Nothing here sends to the registry; what will must ask first.
"""

from typing import Literal

import msgspec

from events.catalog.consents import ConsentGiven, ConsentWithdrawn
from events.catalog.disclosures import DisclosureConsented, DisclosureRevoked
from events.dates import read_instant
from events.ids import EventId
from projections.consenting import Doubt, born_of, doubt_of, is_before_birth, person_of
from projections.fold import Fact, civil_day, knew
from projections.said import is_adrift, not_after_receipt
from projections.set_aside import EndedSay, ended_says, voiding, without_aside
from projections.shelf import Shelf

REGISTRY = "MIIC"
"""The party of a permission to share with the state registry."""

SharingState = Literal["given", "not_yet", "ended", "withdrawn", "standing"]
"""``not_yet``: signed for a later day. ``ended``: past its last day. ``standing``: signed by somebody who may not."""


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """One paper, as it stands on the day asked about."""

    event: EventId
    signer: str
    standing: str
    on: str
    language: str = ""
    until: str = ""
    state: SharingState
    doubt: Doubt = ""
    """What to ask of the signer before anything is shared; empty where nothing must be, or nothing is shared."""
    ended_on: str = ""
    ended_by: str = ""


class _Paper(msgspec.Struct, frozen=True):
    fact: Fact
    signer: str
    standing: str
    on: str
    language: str = ""
    until: str = ""

    @property
    def person(self) -> str:
        return person_of(self.signer, self.standing)


class _End(msgspec.Struct, frozen=True):
    fact: Fact
    event: EventId
    people: frozenset[str]
    """Who had signed it, and who took it back; of one that is not here, whoever signed by that name."""
    on: str
    by: str
    is_adrift: bool


def permissions_of(shelf: Shelf, day: str) -> tuple[Permission, ...]:
    """Every permission to share with the registry, in log order, as it stands on a civil day.

    Of a record read twice (projections/set_aside) the reading that shares less.
    """
    found, alone = _permissions(shelf, day), without_aside(shelf)
    if alone is None:
        return found
    aside = {one.event: one for one in found}
    return tuple(
        aside[one.event] if may_share((one,)) else one for one in _permissions(alone, day) if one.event in aside
    )


def _permissions(shelf: Shelf, day: str) -> tuple[Permission, ...]:
    told = sorted((*_papers(shelf), *_ticked(shelf)), key=lambda paper: paper.fact.order)
    ends = _ends(shelf, {paper.fact.id: paper for paper in told})
    papers = [paper for paper in told if voiding(shelf, paper.fact.id) is None]
    born, says = born_of(shelf), ended_says(shelf)
    return tuple(
        _as_of(paper, _first_end(paper, ends) or _unticked(shelf, paper), _doubt(paper, born, says, day), day)
        for paper in papers
    )


def may_share(permissions: tuple[Permission, ...]) -> bool:
    """Whether the registry may be told today with nothing left to ask."""
    return any(one.state == "given" and not one.doubt for one in permissions)


def _papers(shelf: Shelf) -> list[_Paper]:
    return [
        _Paper(fact, told.signer, told.standing or "other", told.on, told.language or "", told.until or "")
        for fact, told in shelf.of(DisclosureConsented)
        if told.party == REGISTRY
    ]


def _ticked(shelf: Shelf) -> list[_Paper]:
    """Paper consents on which the permission was ticked, before it had a form of its own."""
    return [
        _Paper(fact, told.signer, told.standing, told.on, until=told.until or "")
        for fact, told in shelf.of(ConsentGiven)
        if told.registry_sharing and told.form == "paper"
    ]


def _ends(shelf: Shelf, papers: dict[EventId, _Paper]) -> list[_End]:
    found = []
    for fact, told in shelf.of(DisclosureRevoked):
        paper = papers.get(told.event)
        if (paper is None and told.event in shelf.ids) or voiding(shelf, fact.id) is not None:
            continue
        people = _named(told.by, papers) if paper is None else {paper.person, person_of(told.by, paper.standing)}
        on, drifts = not_after_receipt(told.on, fact), is_adrift(told.on, fact, shelf)
        found.append(_End(fact, told.event, frozenset(people), on, told.by, drifts))
    return found


def _named(name: str, papers: dict[EventId, _Paper]) -> set[str]:
    person = person_of(name, "parent")
    return {paper.person for paper in papers.values() if person_of(paper.signer, "parent") == person}


def _doubt(paper: _Paper, born: str, says: tuple[EndedSay, ...], day: str) -> Doubt | None:
    signed = not_after_receipt(paper.on, paper.fact)
    days = (day, signed)
    if is_before_birth(born, signed) or any(
        one.person == paper.person and any(map(one.holds_on, days)) for one in says
    ):
        return None
    return doubt_of(paper.standing, born, signed, day)


def _first_end(paper: _Paper, ends: list[_End]) -> tuple[str, str] | None:
    """The day and the name of who took it back: it, or another while this one was there."""
    found = [
        (end.on, end.by)
        for end in ends
        if end.event == paper.fact.id or (paper.person in end.people and _was_there(paper, end))
    ]
    return min(found, key=lambda one: one[0], default=None)


def _was_there(paper: _Paper, end: _End) -> bool:
    if paper.on == end.on or end.is_adrift:
        return not knew(paper.fact, end.fact)
    return paper.on < end.on or knew(end.fact, paper.fact)


def _unticked(shelf: Shelf, paper: _Paper) -> tuple[str, str] | None:
    """When the last vaccine beside the tick was taken back: of this consent, or by its signer of any until then."""
    if not isinstance(paper.fact.payload, ConsentGiven):
        return None
    left = set(paper.fact.payload.cvx)
    yeses = {fact.id: yes.cvx for fact, yes in shelf.of(ConsentGiven)}
    said = [one for one in shelf.of(ConsentWithdrawn) if voiding(shelf, one[0].id) is None]
    for fact, told in sorted(said, key=lambda one: (one[1].at, one[0].order)):
        if told.event == paper.fact.id or (_is_by(paper, told) and _was_there(paper, _taking_back(shelf, fact, told))):
            left -= set(told.cvx or yeses.get(told.event) or left)
        if not left:
            return told.at[:10], told.by
    return None


def _is_by(paper: _Paper, told: ConsentWithdrawn) -> bool:
    return person_of(told.by, told.standing or paper.standing) == paper.person


def _taking_back(shelf: Shelf, fact: Fact, told: ConsentWithdrawn) -> _End:
    day = civil_day(read_instant(told.at))
    return _End(fact, told.event, frozenset(), not_after_receipt(day, fact), told.by, is_adrift(day, fact, shelf))


def _as_of(paper: _Paper, end: tuple[str, str] | None, doubt: Doubt | None, day: str) -> Permission:
    ended_on, ended_by = end or ("", "")
    state = _state(paper, ended_on, doubt, day)
    return Permission(
        event=paper.fact.id,
        signer=paper.signer,
        standing=paper.standing,
        on=paper.on,
        language=paper.language,
        until=paper.until,
        state=state,
        doubt=(doubt or "") if state == "given" else "",
        ended_on=ended_on,
        ended_by=ended_by,
    )


def _state(paper: _Paper, ended_on: str, doubt: Doubt | None, day: str) -> SharingState:
    if ended_on:  # counts at once, whatever its day: its moment is told in another time zone than the day asked about
        return "withdrawn"
    if paper.until and paper.until < day:
        return "ended"
    if doubt is None:
        return "standing"
    return "given" if paper.on <= day else "not_yet"
