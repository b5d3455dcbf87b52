"""What a client must do where the server does not give what it signed (docs/sync.md, "The log's word for a page").

Each is run against a ``liar``: the network holds the log's key (SYNC-R68).
"""

from tests.conformance.bench import Bench, Case
from tests.conformance.meddler import Json

SYNCS_MAX = 8
"""In so many a client has compared, asked for every stream's digest, pulled anew, compared again and given up on it."""


def an_event_the_page_lacks_is_missed_and_its_stream_named(bench: Bench) -> None:
    """By the digest of the whole scope; pulled anew in vain, it is named; what is recorded is delivered."""
    bench.lies().withheld.add(bench.first_of_the_child())
    resets: list[Json] = []

    def begin_anew(request: Json, answer: Json) -> Json:
        if not request.get("pull") or resets:
            return answer
        resets.append({"is": "reset", "scope": bench.scope, "reason": "root_differs", "after_seconds": 0})
        return answer | {"page": resets[0]}

    begun = len(bench.meddler.asked)
    bench.meddler.rule = begin_anew
    bench.client.record(bench.dose())
    assert _wrong_streams(bench) == [f"student/{bench.child}"]
    pulls = [request["pull"] for request in bench.meddler.asked[begun:] if request.get("pull")]
    assert any(pull.get("digests") for pull in pulls), "it did not ask where the difference is"
    assert sum(pull.get("cursor") is None for pull in pulls) > 1, "it did not pull anew"
    bench.client.record(bench.dose("21"))
    bench.client.sync()
    assert bench.client.states() == ["receipted"] * 2


def an_event_that_was_accepted_and_is_never_given_is_missed(bench: Bench) -> None:
    """Its receipt stands, and its row says no less; but the scope is not called whole."""
    bench.client.record(bench.dose())
    bench.lies().withholds_what_is_accepted = True
    assert _wrong_streams(bench) == [f"student/{bench.child}"]
    (row,) = bench.client.outbox()
    assert row["state"] == "receipted"
    assert row["position"] in bench.lies().withheld
    assert len(bench.meddler.pushed()) == 1, "what is receipted is not sent again"


def _wrong_streams(bench: Bench) -> list[str]:
    """What the client tells people that the server gives wrongly, once it says so."""
    for _ in range(SYNCS_MAX):
        wrong: list[str] = bench.client.sync().get("wrong_streams") or []
        if wrong:
            return wrong
    return []


LYING_CASES: tuple[Case, ...] = (
    an_event_the_page_lacks_is_missed_and_its_stream_named,
    an_event_that_was_accepted_and_is_never_given_is_missed,
)
