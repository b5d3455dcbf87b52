"""What a client must do with events whatever the network tells it, one case a promise of docs/sync.md."""

from tests.conformance.bench import Bench, Case, sync_until_settled
from tests.conformance.meddler import Json, honest

SETTLED = {"receipted", "quarantined"}


def what_is_recorded_offline_is_delivered_with_receipts(bench: Bench) -> None:
    bench.client.record(bench.dose(), bench.dose("21"), bench.dose("20"))
    assert bench.client.states() == ["on_device"] * 3
    bench.client.sync()
    rows = bench.client.outbox()
    assert [row["state"] for row in rows] == ["receipted"] * 3
    positions = [row["position"] for row in rows]
    assert positions == sorted(set(positions))


def a_lost_answer_loses_and_doubles_nothing(bench: Bench) -> None:
    """And the same bytes are sent again, never signed anew."""
    bench.client.record(bench.dose(), bench.dose("21"))
    lost: list[Json] = []

    def lose_twice(request: Json, answer: Json) -> Json | None:
        if request.get("push") and len(lost) < 2:
            lost.append(request)
            return None
        return answer

    bench.meddler.rule = lose_twice
    sync_until_settled(bench)
    assert len(lost) == 2
    assert len({event["header"] for event in bench.meddler.pushed()}) == 2
    assert len({event["signature"] for event in bench.meddler.pushed()}) == 2


def an_answer_without_proof_frees_nothing(bench: Bench) -> None:
    """Neither a status code, nor a flag, nor another event's receipt."""
    bench.client.record(bench.dose(), bench.dose("21"))
    for lie in (_no_answers, _swapped, _cut_path, _other_entry):
        bench.meddler.rule = lie
        bench.client.sync()
        assert not SETTLED & set(bench.client.states()), f"freed by {lie.__name__}"
    bench.meddler.rule = honest
    sync_until_settled(bench)


def _no_answers(_: Json, answer: Json) -> Json:
    return answer | {"answers": []}


def _swapped(_: Json, answer: Json) -> Json:
    proofs = [one["proof"] for one in answer["answers"]][::-1]
    if len(proofs) < 2:
        return answer | {"answers": []}
    return answer | {"answers": [one | {"proof": proof} for one, proof in zip(answer["answers"], proofs, strict=True)]}


def _cut_path(_: Json, answer: Json) -> Json:
    return answer | {
        "answers": [one | {"proof": one["proof"] | {"path": one["proof"]["path"][1:]}} for one in answer["answers"]]
    }


def _other_entry(_: Json, answer: Json) -> Json:
    return answer | {"answers": [one | {"proof": one["proof"] | {"entry": "A" * 55}} for one in answer["answers"]]}


def a_checkpoint_by_nobody_is_not_believed(bench: Bench) -> None:
    bench.client.record(bench.dose())

    def forge(_: Json, answer: Json) -> Json:
        return answer | {"checkpoint": answer["checkpoint"].replace("\n", "\n1", 1)}

    bench.meddler.rule = forge
    bench.client.sync()
    assert not SETTLED & set(bench.client.states())
    bench.meddler.rule = honest
    sync_until_settled(bench)


def an_answer_of_another_version_frees_nothing(bench: Bench) -> None:
    """Its words may mean something else there."""
    bench.client.record(bench.dose())
    bench.meddler.rule = lambda _, answer: answer | {"version": 2}
    bench.client.sync()
    assert not SETTLED & set(bench.client.states())
    bench.meddler.rule = honest
    sync_until_settled(bench)


def a_changed_page_is_not_taken_in(bench: Bench) -> None:
    """Its note is of other bytes: the client asks again for the same place."""
    bench.client.sync()
    asked = len(bench.meddler.asked)

    def change(_: Json, answer: Json) -> Json:
        page = answer.get("page")
        if page and page["is"] == "page" and page["events"]["payload"]:
            columns = page["events"]
            spoilt = columns | {"payload": [text + " " for text in columns["payload"]]}
            return answer | {"page": page | {"events": spoilt}}
        return answer

    bench.client.record(bench.dose())
    bench.meddler.rule = change
    bench.client.sync()
    cursors = [request["pull"]["cursor"] for request in bench.meddler.asked[asked:] if request.get("pull")]
    assert cursors
    assert all(cursor == cursors[0] for cursor in cursors), "the cursor moved past a page that was not the log's"
    bench.meddler.rule = honest
    sync_until_settled(bench)


def a_reset_takes_no_event_of_the_outbox(bench: Bench) -> None:
    bench.client.record(bench.dose())

    def reset(request: Json, answer: Json) -> Json:
        page = {"is": "reset", "scope": bench.scope, "reason": "root_differs", "after_seconds": 0}
        return answer | {"answers": [], "page": page if request.get("pull") else None}

    bench.meddler.rule = reset
    bench.client.sync()
    assert len(bench.client.outbox()) == 1
    bench.meddler.rule = honest
    sync_until_settled(bench)


def a_refused_event_is_shown_and_blocks_no_other(bench: Bench) -> None:
    """A poison event: neither dropped nor blocking."""
    bench.client.record(bench.dose(), overreach(bench), bench.dose("21"))
    bench.client.sync()
    states = bench.client.states()
    assert states[0] == states[2] == "receipted"
    assert states[1] == "quarantined"


def what_a_person_should_look_at_stays_with_the_row(bench: Bench) -> None:
    """The flags of an answer: the event is in the log all the same."""
    bench.client.record(bench.dose(), bench.dose("21"))

    def flag(_: Json, answer: Json) -> Json:
        flags: list[list[str]] = [[], ["gap", "role_lost_since"]]
        told = zip(answer["answers"], flags, strict=False)
        return answer | {"answers": [one | {"flags": raised} for one, raised in told]}

    bench.meddler.rule = flag
    bench.client.sync()
    assert bench.client.states() == ["receipted"] * 2
    assert [row.get("flags") or [] for row in bench.client.outbox()] == [[], ["gap", "role_lost_since"]]


def a_lost_answer_s_words_come_again(bench: Bench) -> None:
    """The answer with the flags was lost: the duplicate's has the same, and they stay with the row."""
    told: list[list[str]] = []

    def flag(_: Json, answer: Json) -> Json:
        told.append([one["is"] for one in answer["answers"]])
        flagged = answer | {"answers": [one | {"flags": ["gap"]} for one in answer["answers"]]}
        return flagged if "duplicate" in told[-1] else flagged | {"checkpoint": ""}

    bench.client.record(bench.dose())
    bench.meddler.rule = flag
    sync_until_settled(bench)
    assert told[0] == ["accepted"]
    assert ["duplicate"] in told
    assert [row.get("flags") or [] for row in bench.client.outbox()] == [["gap"]]


def overreach(bench: Bench) -> Json:
    """What no nurse may write."""
    facility = "01a1fea7-7283-7bfe-b74a-4b4216dfd0f7"
    leaving = {"facility": facility, "last_day": "2026-11-20", "reason": "withdrew"}
    return {"stream": f"student/{bench.child}", "type": "enrollment.ended", "payload": leaving}


def a_client_without_a_scope_shows_how_its_row_was_settled(bench: Bench) -> None:
    """Asked by its own key, believed by proof alone: an answer whose word was changed is not shown."""
    submissions: list[str] = []

    def no_scope(request: Json, answer: Json) -> Json:
        submissions.extend(one["submission"] for one in answer["answers"] if one["is"] == "quarantined")
        refused = {"is": "reset", "scope": bench.scope, "reason": "scope_not_allowed", "after_seconds": 0}
        return answer | {"page": refused if request.get("pull") else None}

    def another_word(_: Json, answer: Json) -> Json:
        told.append(answer)
        return answer | {"fates": [_changed(fate) for fate in answer["fates"]]}

    told: list[Json] = []
    bench.meddler.rule = no_scope
    bench.client.record(overreach(bench))
    bench.client.sync()
    assert bench.client.states() == ["quarantined"]
    bench.close(submissions[0])
    bench.meddler.fates_rule = another_word
    bench.client.sync()
    assert any(fate["record"] for answer in told for fate in answer["fates"]), "the client did not ask"
    assert bench.client.states() == ["quarantined"], "a word nobody of this log said was believed"
    bench.meddler.fates_rule = honest
    bench.client.sync()
    assert bench.client.states() == ["closed"]


def _changed(fate: Json) -> Json:
    record = fate.get("record")
    return fate if not record else fate | {"record": record | {"payload": record["payload"].replace("}", " }")}}


def no_request_carries_more_than_the_contract_allows(bench: Bench) -> None:
    bench.client.record(*(bench.dose() for _ in range(230)))
    sync_until_settled(bench)
    sizes = [len(request.get("push", ())) for request in bench.meddler.asked]
    assert max(sizes) <= 200
    assert sum(sizes) >= 230


EVENT_CASES: tuple[Case, ...] = (
    what_is_recorded_offline_is_delivered_with_receipts,
    a_lost_answer_loses_and_doubles_nothing,
    an_answer_without_proof_frees_nothing,
    a_checkpoint_by_nobody_is_not_believed,
    an_answer_of_another_version_frees_nothing,
    a_changed_page_is_not_taken_in,
    a_reset_takes_no_event_of_the_outbox,
    a_refused_event_is_shown_and_blocks_no_other,
    what_a_person_should_look_at_stays_with_the_row,
    a_lost_answer_s_words_come_again,
    a_client_without_a_scope_shows_how_its_row_was_settled,
    no_request_carries_more_than_the_contract_allows,
)
