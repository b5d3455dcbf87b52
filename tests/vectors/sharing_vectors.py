"""Vectors of sharing with the state registry: each case one child, its papers, and what both folds must make of them.

    python -m tests.vectors.sharing_vectors      writes tests/vectors/projections/sharing.json

The day asked about is 2026-09-01.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from events.catalog.consents import ConsentWithdrawn
from events.catalog.disclosures import DisclosureConsented, DisclosureRevoked
from events.ids import EventId
from projections.fold import Fact
from projections.sharing import REGISTRY, may_share, permissions_of
from projections.student import fold
from tests.projections.given import TABLET, Given, make_id
from tests.vectors.consent_vectors import (
    EIGHTEEN_TODAY,
    EIGHTEEN_TOMORROW,
    ON,
    TWELVE,
    Case,
    aside,
    child,
    no_say,
    received,
    say_again,
    void,
    yes,
)
from tests.vectors.fold_vectors import fact_words

PATH = Path(__file__).parent / "projections" / "sharing.json"
WHAT = "doses given here"


def signs(log: Given, standing: Any = "parent", on: str = "2026-08-01", signer: str = "M. Vang", **more: Any) -> Fact:
    told = {"party": REGISTRY, "what": WHAT, **more}
    return log.add(DisclosureConsented(student=log.student, signer=signer, standing=standing, on=on, **told))


def takes_back(log: Given, given: Fact, on: str = "2026-08-20", by: str = "M. Vang") -> Fact:
    return log.add(DisclosureRevoked(event=given.id, on=on, by=by))


def cases() -> dict[str, Given]:
    """Each case by name, in the order of the file."""
    found: dict[str, Given] = {}

    def case(name: str, born: str, *said: Any) -> None:
        log = found[name] = child(born)
        for word in said:
            word(log)

    for some in (of_papers, of_taking_back, of_odd_papers, of_set_aside, of_clocks_and_ticks):
        some(case)
    return found


def of_papers(case: Case) -> None:
    case("nobody", TWELVE)
    case("a consent to vaccines alone", TWELVE, lambda log: yes(log, "parent"))
    case("a parent", TWELVE, lambda log: signs(log, language="so"))
    case("a child of twelve", TWELVE, lambda log: signs(log, "student_adult"))
    case("an emancipated child", TWELVE, lambda log: signs(log, "emancipated"))
    case("a standing nobody wrote down", TWELVE, lambda log: signs(log, ""))
    case("on the eighteenth birthday", EIGHTEEN_TODAY, lambda log: signs(log, "student_adult", ON))
    case("the day before it", EIGHTEEN_TOMORROW, lambda log: signs(log, "student_adult", ON))
    case("a parent in time, the student of age since", EIGHTEEN_TODAY, signs)
    case("a parent too late", EIGHTEEN_TODAY, lambda log: signs(log, on=ON))
    case("to somebody else", TWELVE, lambda log: signs(log, party="Clinic"))
    case("on its last day", TWELVE, lambda log: signs(log, until=ON))
    case("after its last day", TWELVE, lambda log: signs(log, until="2026-08-31"))
    case("signed for a later day", TWELVE, lambda log: signs(log, on="2026-09-02"))


def of_taking_back(case: Case) -> None:
    case("taken back", TWELVE, lambda log: takes_back(log, signs(log)))
    case("taken back from tomorrow", TWELVE, lambda log: takes_back(log, signs(log), "2026-09-02"))
    case("taken back, then signed anew", TWELVE, lambda log: takes_back(log, signs(log), ON),
         lambda log: signs(log, on=ON))  # fmt: skip
    case("one paper recorded twice, one taken back", TWELVE, signs_twice)
    case("an old paper found after it was taken back", TWELVE, lambda log: takes_back(log, signs(log)),
         lambda log: signs(log, on="2026-07-01", signer=" m. vang"))  # fmt: skip
    case("two parents, one takes hers back", TWELVE, lambda log: signs(log, signer="P. Vang"),
         lambda log: takes_back(log, signs(log)))  # fmt: skip
    case("two parents signed, one takes the other's back: hers ends too", TWELVE,
         lambda log: signs(log, signer="P. Vang"),
         lambda log: takes_back(log, signs(log), by="p. vang"))  # fmt: skip
    case("taken back, another paper of hers under her name with accents", TWELVE,
         lambda log: signs(log, signer="M. V\u00e1ng"), lambda log: takes_back(log, signs(log)))  # fmt: skip
    case("taken back, and signed that day on a phone that had not heard", TWELVE,
         lambda log: takes_back(log, signs(log)),
         lambda log: signs_apart(log, "2026-08-20"))  # fmt: skip
    case("signed later on a phone that had not heard; the taking back comes in last", TWELVE, comes_in_last)
    case("recorded for another child, voided", TWELVE, lambda log: void(log, signs(log)))
    case("taken back by mistake, voided", TWELVE, lambda log: void(log, takes_back(log, signs(log))))
    case("a court left her without a say", TWELVE, signs, lambda log: no_say(log, person="M. Vang"))


def of_odd_papers(case: Case) -> None:
    case("a taking back of nothing known", TWELVE, lambda log: log.add(
         DisclosureRevoked(event=log.facts[0].id, on="2026-08-20", by="M. Vang")))  # fmt: skip
    case("a taking back of a paper that is not here, hers is", TWELVE, signs, lambda log: revokes_elsewhere(log))
    case("a taking back of a paper that is not here, signed anew since", TWELVE, lambda log: revokes_elsewhere(log),
         lambda log: signs(log, on="2026-08-25"))  # fmt: skip
    case("of age, a taking back of a paper that is not here, by one of the student's names", "2007-05-05",
         lambda log: signs(log, "student_adult", signer="m. vang"),
         lambda log: signs(log, "student_adult", signer="Ann"),
         lambda log: revokes_elsewhere(log))  # fmt: skip
    case("a taking back of another party's paper", TWELVE, signs,
         lambda log: takes_back(log, signs(log, party="Clinic")))  # fmt: skip
    case("dated before the birth", TWELVE, lambda log: signs(log, on="2014-06-14"))
    case("dated on the day of birth", TWELVE, lambda log: signs(log, on=TWELVE))


def of_set_aside(case: Case) -> None:
    case("set aside: taken back", TWELVE, lambda log: aside(log, takes_back(log, signs(log))))
    case("set aside: the paper was a mistake", TWELVE, lambda log: aside(log, void(log, signs(log))))
    case("set aside: the taking back was a mistake", TWELVE,
         lambda log: aside(log, void(log, takes_back(log, signs(log)))))  # fmt: skip
    case("set aside: a court left her without a say", TWELVE, signs,
         lambda log: aside(log, no_say(log, person="M. Vang")))  # fmt: skip
    case("set aside: a court gave her a say back", TWELVE, signs,
         lambda log: aside(log, say_again(log, no_say(log, person="M. Vang"), "2026-08-20")))  # fmt: skip


def of_clocks_and_ticks(case: Case) -> None:
    case("ticked on a paper consent", TWELVE, ticks)
    case("ticked, after the paper's last day", TWELVE,
         lambda log: yes(log, "parent", registry_sharing=True, until="2026-08-31"))  # fmt: skip
    case("signed while a court had left him without a say, given back since", TWELVE, signs_without_a_say)
    case("signed at seventeen on a phone two weeks ahead, as of age", "2008-08-20", signs_ahead)
    case("taken back on a phone a year behind that had not heard of her other paper", TWELVE, takes_back_behind)
    case("taken back on a phone a year ahead, then signed anew", TWELVE, takes_back_ahead)
    case("ticked, but said by voice", TWELVE, lambda log: yes(log, "parent", form="verbal", registry_sharing=True))
    case("ticked and taken back alone", TWELVE, lambda log: takes_back(log, ticks(log)))
    case("ticked, the consent taken back for one vaccine", TWELVE, lambda log: withdraws(log, ticks(log), "115"))
    case("ticked, the consent taken back", TWELVE, lambda log: withdraws(log, ticks(log)))
    case("ticked, the consent taken back bit by bit", TWELVE, withdraws_both)
    case("ticked on two papers, one consent taken back", TWELVE, ticks, lambda log: withdraws(log, ticks(log)))
    case("ticked, a consent to other vaccines taken back", TWELVE, ticks,
         lambda log: withdraws(log, yes(log, "parent", cvx=("21",))))  # fmt: skip
    case("ticked anew after that consent was taken back", TWELVE, lambda log: withdraws(log, ticks(log)),
         lambda log: yes(log, "parent", "2026-08-25", registry_sharing=True))  # fmt: skip
    case("ticked, the other parent took back a consent of his own", TWELVE, ticks,
         lambda log: withdraws(log, yes(log, "parent", signer="P. Vang"), by="P. Vang"))  # fmt: skip


def signs_apart(log: Given, on: str) -> None:
    """Her new paper, recorded on a tablet that had heard of nothing but the child."""
    told = DisclosureConsented(
        student=log.student, signer="M. Vang", standing="parent", on=on, party=REGISTRY, what=WHAT
    )
    log.add(told, device=TABLET, seen=1)


def comes_in_last(log: Given) -> None:
    first = signs(log)
    signs_apart(log, "2026-08-25")
    log.add(DisclosureRevoked(event=first.id, on="2026-08-20", by="M. Vang"), seen=2)


def ticks(log: Given) -> Fact:
    return yes(log, "parent", registry_sharing=True)


def signs_without_a_say(log: Given) -> None:
    ended = no_say(log)
    signs(log, on="2026-08-17", signer="P. Vang")
    say_again(log, ended, "2026-08-20")


def signs_ahead(log: Given) -> None:
    log.at = datetime.fromisoformat("2026-08-24T17:00:00+00:00")
    signs(log, "student_adult", "2026-08-24")
    received(log, datetime.fromisoformat("2026-08-10T17:00:00+00:00"))


def takes_back_behind(log: Given) -> None:
    """What she said on 20 August, a tablet shows as said the year before."""
    first, true = signs(log), log.at
    signs(log, on="2026-08-10")
    log.at = datetime.fromisoformat("2025-08-20T17:00:00+00:00")
    log.add(DisclosureRevoked(event=first.id, on="2025-08-20", by="M. Vang"), device=TABLET, seen=2)
    received(log, true)


def takes_back_ahead(log: Given) -> None:
    first = signs(log)
    log.at = datetime.fromisoformat("2027-08-20T17:00:00+00:00")
    takes_back(log, first, "2027-08-20")
    received(log, datetime.fromisoformat("2026-08-20T17:00:00+00:00"))
    signs(log, on="2026-08-25")


def signs_twice(log: Given) -> None:
    first, _ = signs(log, on="2026-08-20"), signs(log, on="2026-08-20", signer="m. vang ")
    takes_back(log, first)


def withdraws(log: Given, given: Fact, *cvx: str, at: str = "2026-08-20T17:00:00.000Z", by: str = "M. Vang") -> None:
    log.add(ConsentWithdrawn(event=given.id, by=by, at=at, cvx=cvx))


def revokes_elsewhere(log: Given) -> None:
    """Of a paper on another record, once linked with this one."""
    log.add(DisclosureRevoked(event=EventId(make_id(77)), on="2026-08-20", by="m. vang"))


def withdraws_both(log: Given) -> None:
    given = ticks(log)
    withdraws(log, given, "03", at="2026-08-21T12:00:00.000Z")
    withdraws(log, given, "115")


def make() -> dict[str, Any]:
    return {"on": ON, "cases": [_case(name, log) for name, log in cases().items()]}


def _case(name: str, log: Given) -> dict[str, Any]:
    found = permissions_of(fold(log.facts).shelf, ON)
    return {
        "name": name,
        "facts": [fact_words(fact) for fact in log.facts],
        "permissions": [msgspec.to_builtins(one) for one in found],
        "may_share": may_share(found),
    }


def text() -> str:
    return json.dumps(make(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
