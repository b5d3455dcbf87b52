"""What a network does to messages: delay, lose, double, reorder, part; what a sick server or proxy does to an answer.

A partition is silent: whoever is cut off believes to be online, and its messages (or only the answers) vanish.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from events.wire import Accepted, Duplicate, Fates, Proof, SyncResponse
from server.identity.enrolment import Bearer

Cut = Literal["asking", "answers"]


class Request(msgspec.Struct, frozen=True):
    """A request under way: who sent it as whom, and who is told what became of it."""

    sender: str
    bearer: Bearer
    body: bytes
    answered: Callable[[Any], None]
    """Given the answer: a SyncResponse, or Fates where it ``asks_fates``."""
    failed: Callable[[str], None]
    asks_fates: bool = False


class Weather(msgspec.Struct, frozen=True):
    """Probabilities of misfortune, each per occasion; ``slow_seconds`` is the longest latency."""

    loss: float = 0.0
    double: float = 0.0
    garble: float = 0.0
    news: float = 1.0
    device_crash: float = 0.0
    server_crash: float = 0.0
    slow_seconds: float = 0.2

    @classmethod
    def calm(cls) -> "Weather":
        return cls()

    @classmethod
    def storm(cls, random: Random) -> "Weather":
        """Some kinds of misfortune, each more or less: a run where everything fails finds less."""
        return cls(
            loss=random.choice((0.0, 0.1, 0.4)),
            double=random.choice((0.0, 0.1, 0.3)),
            garble=random.choice((0.0, 0.05, 0.2)),
            news=random.choice((0.0, 0.5, 1.0)),
            device_crash=random.choice((0.0, 0.02, 0.05)),
            server_crash=random.choice((0.0, 0.002, 0.01)),
            slow_seconds=random.choice((0.2, 5.0, 90.0)),
        )

    def copies(self, random: Random) -> int:
        """How many times a message arrives."""
        chance = random.random()
        if chance < self.loss:
            return 0
        return 2 if chance < self.loss + self.double else 1

    def latency(self, random: Random) -> float:
        """Mostly quick, at times as slow as it gets: so messages overtake each other."""
        return random.uniform(0.01, 0.2 if random.random() < 0.7 else self.slow_seconds)


def garble(answer: SyncResponse, random: Random) -> SyncResponse:
    """An answer that says what is not so, in one of the ways a device must not fall for."""
    answers = list(answer.answers)
    match random.randrange(5):
        case 0:
            return replace(answer, checkpoint=answer.checkpoint.replace("—", "-", 1))
        case 1 if answers:
            answers.pop(random.randrange(len(answers)))
            return replace(answer, answers=tuple(answers))
        case 2 if answers:
            random.shuffle(answers)
            return replace(answer, answers=tuple(answers))
        case 3 if answers:
            at = random.randrange(len(answers))
            answers[at] = replace(answers[at], proof=_moved(answers[at].proof))
            return replace(answer, answers=tuple(answers))
        case 4 if len(answers) > 1:
            first, last = answers[0], answers[-1]
            if isinstance(first, Accepted | Duplicate) and isinstance(last, Accepted | Duplicate):
                answers[0], answers[-1] = (
                    replace(first, event_hash=last.event_hash),
                    replace(last, event_hash=first.event_hash),
                )
            return replace(answer, answers=tuple(answers))
        case _:
            return replace(answer, page=None)


def garble_fates(answer: Fates, random: Random) -> Fates:
    """The same for what is said of submissions."""
    fates = list(answer.fates)
    at, other = random.randrange(len(fates)), random.randrange(len(fates))
    one, place = fates[at], fates[at].proof
    match random.randrange(4):
        case 0:
            return replace(answer, checkpoint=answer.checkpoint.replace("—", "-", 1))
        case 1:
            fates[at] = replace(one, proof=None if place is None else _moved(place))
        case 2:
            fates[at] = replace(one, record=None)
        case _:
            fates[at] = replace(one, submission=fates[other].submission)
    return replace(answer, fates=tuple(fates))


def _moved(proof: Proof) -> Proof:
    """The place of another event."""
    return replace(proof, path=proof.path[1:]) if proof.path else replace(proof, entry=proof.entry[:-1])
