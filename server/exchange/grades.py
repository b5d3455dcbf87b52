"""Grades as rosters write them (CEDS codes, Ed-Fi descriptors, plain words) to the grades the law knows."""

import re

from events.catalog.students import Grade

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WORDS: dict[str, Grade] = {
    **{word: str(number) for number, word in enumerate((*_ORDINALS, "eleventh", "twelfth"), start=1)},
    "kg": "K",
    "k": "K",
    "tk": "K",
    "kf": "K",
    "kindergarten": "K",
    "transitional": "K",
    "pk": "PREK",
    "pr": "PREK",
    "it": "PREK",
    "prek": "PREK",
    "pre-k": "PREK",
    "preschool": "PREK",
    "prekindergarten": "PREK",
    "preschool/prekindergarten": "PREK",
    "infant/toddler": "PREK",
    "ps": "POST",
    "13": "POST",
    "postsecondary": "POST",
    "ug": "UNGRADED",
    "ungraded": "UNGRADED",
}


def read_grade(text: str) -> Grade:
    """``03``, ``3``, ``Third grade``, ``KG`` …; of a list the first that is known; ``UNGRADED`` when none is."""
    for part in re.split(r"[,;]", text):
        plain = part.strip().casefold().removesuffix("grade").strip()
        if plain.isdecimal() and 1 <= int(plain) <= 12:
            return str(int(plain))
        word = _WORDS.get(plain) or _WORDS.get(plain.split(" ")[0])
        if word is not None:
            return word
    return "UNGRADED"
