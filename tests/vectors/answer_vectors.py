"""Vectors of answers to a turn: one honest answer, changed in each of its places, and what either client may believe.

    python -m tests.vectors.answer_vectors      writes tests/vectors/sync/answers.json

A change is a path into the answer's JSON and what stands there instead (nothing: it is left out). What is believed:
the head, each pushed event's end, and whether the page is taken; ``unread`` where the answer is no answer at all.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from client_sync.effects import KeepReceipt, Send
from client_sync.inbox import Read, read_page
from client_sync.inputs import Follow, Offline, Refresh
from client_sync.outbox import Unproven, match_answers, prove
from client_sync.state import State
from client_sync.witness import Broken, Extends, Unsigned, examine_checkpoint
from events.proving import Prover
from events.wire import Page, SyncResponse
from tests.client_sync.rig import Rig

PATH = Path(__file__).parent / "sync" / "answers.json"
SCOPE = "clinic/018f0000-0000-7000-8000-000000000001"
ABSENT = {"absent": True}
PASSED_OVER = ("server_time", "devices", "carried", "wanted", "flags", "detail", "after_seconds")
"""Fields nothing is believed by."""


def build() -> dict[str, Any]:
    """The file's value."""
    rig = Rig()
    rig.record(2)
    rig.feed(Follow(SCOPE))
    rig.go_online()
    rig.talk()
    rig.feed(Offline())
    aside, *_ = rig.record(3)
    rig.feed(Refresh())
    send = rig.go_online()
    if send is None or send.request.pull is None:
        raise RuntimeError("the engine asks nothing")
    rig.honest(send)
    record = rig.quarantined(aside)
    again = rig.honest(send)
    answers = (record, *again.answers[1:])
    answer = json.loads(msgspec.json.encode(msgspec.structs.replace(again, answers=answers)))
    state = rig.state
    cases = [{"name": "honest", "path": [], "believed": believed(state, send, answer)}]
    for path, value in changes(answer):
        changed = json.loads(json.dumps(answer))
        put(changed, path, value)
        name = f"{'.'.join(str(part) for part in path)} {json.dumps(value)[:24]}"
        cases.append({"name": name, "path": path, "value": value, "believed": believed(state, send, changed)})
    return {
        "log_key": state.identity.log_key,
        "origin": f"{state.identity.log_base}/0",
        "held": state.note,
        "request": json.loads(msgspec.json.encode(send.request)),
        "pushed": [row.event_hash for row in (state.outbox[known] for known in pushed(state))],
        "answer": answer,
        "cases": cases,
    }


def pushed(state: State) -> tuple[Any, ...]:
    if state.turn is None:
        raise RuntimeError("no turn is under way")
    return state.turn.pushed


def changes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[list[Any], Any]]:
    """Each place of the answer, otherwise."""
    match value:
        case dict():
            for key, part in value.items():
                if key not in PASSED_OVER:
                    yield from changes(part, (*path, key))
                    yield [*path, key], ABSENT
        case list():
            for at, part in enumerate(value[:3]):
                yield from changes(part, (*path, at))
        case str():
            middle = len(value) // 2
            other = "b" if value[middle : middle + 1] == "a" else "a"
            yield list(path), value[:middle] + other + value[middle + 1 :]
            yield list(path), value + "A"
            yield list(path), ""
        case bool() | None:
            yield list(path), not value
        case int():
            yield list(path), value + 1
            yield list(path), -1
        case _:
            raise TypeError(f"{value!r} in an answer")


def put(into: Any, path: list[Any], value: Any) -> None:
    for part in path[:-1]:
        into = into[part]
    if value == ABSENT:
        del into[path[-1]]
    else:
        into[path[-1]] = value


def believed(state: State, send: Send, answer: Any) -> dict[str, Any]:
    """What the Python client believes of an answer, apart from what it then does."""
    try:
        response = msgspec.convert(answer, SyncResponse)
    except msgspec.ValidationError:
        return {"head": "unread"}
    finding = examine_checkpoint(state.identity, state.checkpoint, response.checkpoint, response.consistency)
    if not isinstance(finding, Extends):
        words = {Unsigned: "unsigned", Broken: "broken"}
        return {"head": words.get(type(finding), "new_epoch")}
    prover = Prover(response.checkpoint, state.identity.log_key)
    fates = dict.fromkeys(pushed(state), "unproven")
    for row, one in match_answers(state.outbox, pushed(state), response.answers):
        outcome = prove(row, one, prover)
        if not isinstance(outcome, Unproven):
            kind = "receipted" if isinstance(outcome, KeepReceipt) else f"quarantined {outcome.reason} {outcome.owner}"
            fates[row.event_hash] = f"{kind} at {outcome.position}"
    pull, page, taken = send.request.pull, response.page, "broken"
    if isinstance(page, Page) and pull is not None:
        read = read_page(page, pull.scope, pull.cursor, finding.checkpoint, state.identity.log_key)
        taken = "page" if isinstance(read, Read) else "broken"
    return {"head": "extends", "fates": list(fates.values()), "page": taken}


def text() -> str:
    value = build()
    cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in value.pop("cases"))
    return json.dumps(value, ensure_ascii=False, indent=1)[:-2] + f',\n "cases": [\n{cases}\n]}}\n'


if __name__ == "__main__":
    PATH.write_text(text())
