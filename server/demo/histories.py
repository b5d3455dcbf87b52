"""Each child's story: the doses on paper, the paper they stand on, when school began, what is missing.

A story is what a records clerk would say of the file in one breath. Under the 2006 law of schools
(121A.15) it leads to the verdict its name promises; ``tests/demo`` holds the two together.

    complete · complete_parent   every dose, told by a physician or by a parent
    in_process · in_process_late MMR and Hib done, the rest begun; within and after 18 months (subd. 2)
    short · no_record            doses missing, or nothing at all
    conscientious · medical · laboratory · unchecked      exemptions, the last not yet looked at
    partial_date · tick          a month where a day belongs, or a cross
    transferred_in · short_stay  30 days of grace, five days of child care (subd. 5)
    left · former                moved away this autumn; graduated years ago
"""

from collections.abc import Callable
from datetime import date
from random import Random

from server.demo import stories
from server.demo.people import DemoChild
from server.demo.stories import History, Story

SCHOOL_STORIES: dict[Story, int] = {
    "complete": 34,
    "complete_parent": 24,
    "in_process": 9,
    "in_process_late": 2,
    "short": 13,
    "no_record": 2,
    "conscientious": 4,
    "medical": 2,
    "laboratory": 1,
    "unchecked": 2,
    "partial_date": 2,
    "tick": 1,
    "transferred_in": 3,
    "left": 1,
}
CHILD_CARE_STORIES: dict[Story, int] = {
    "complete": 55,
    "complete_parent": 20,
    "short": 9,
    "conscientious": 4,
    "no_record": 4,
    "short_stay": 8,
}
"""Of a hundred files, how many tell which story."""


def tell(rng: Random, child: DemoChild, today: date) -> History:
    """Draw a story for a child and tell it."""
    if child.grade == "POST":
        return stories.former(rng, child, today)
    weights = CHILD_CARE_STORIES if child.kind == "child_care" else SCHOOL_STORIES
    story = rng.choices(list(weights), weights=list(weights.values()))[0]
    return _TELLERS[story](rng, child, today, story)


_TELLERS: dict[Story, Callable[[Random, DemoChild, date, Story], History]] = {
    "complete": stories.complete,
    "complete_parent": stories.complete,
    "in_process": stories.in_process,
    "in_process_late": stories.in_process,
    "short": stories.short,
    "no_record": stories.no_record,
    "conscientious": stories.conscientious,
    "unchecked": stories.conscientious,
    "medical": stories.physicians_exemption,
    "laboratory": stories.physicians_exemption,
    "partial_date": stories.defective_date,
    "tick": stories.defective_date,
    "transferred_in": stories.transferred_in,
    "short_stay": stories.short_stay,
    "left": stories.left,
}


__all__ = ["CHILD_CARE_STORIES", "SCHOOL_STORIES", "History", "Story", "tell"]
