"""What a client must do with pictures of papers whatever the network tells it (docs/sync.md, "Pictures")."""

import os
from collections.abc import Callable

import msgspec

from events.catalog.event_type import Photo
from events.photos import PIECE_BYTES, open_photo
from tests.conformance.bench import Bench, Case, sync_until_settled
from tests.conformance.meddler import Json, PhotoAsked, Told, honestly

Send = Callable[[bytes], Told]
REFUSAL = {"type": "about:blank", "title": "Refused", "status": 409, "code": "refused", "detail": "Not this one."}


def picture(pieces: int) -> bytes:
    """Noise that begins as a JPEG does and travels in so many pieces."""
    return b"\xff\xd8\xff\xe0" + os.urandom((pieces - 1) * PIECE_BYTES + 1_000)


class _Named(msgspec.Struct, frozen=True):
    photo: Photo


def named(event: Json) -> Photo:
    """The picture an event on the wire names."""
    return msgspec.json.decode(event["payload"], type=_Named).photo


def pictures(bench: Bench) -> list[str]:
    """Where each event's picture is."""
    return [row.get("picture") or "" for row in bench.client.outbox()]


def pieces_sent(bench: Bench) -> list[int]:
    """Each piece once, however many parts it goes in."""
    sent = [asked.number for asked in bench.meddler.photos if asked.number is not None]
    return [number for at, number in enumerate(sent) if at == 0 or sent[at - 1] != number]


def lose(_: PhotoAsked, __: Send) -> None:
    """Nothing about pictures comes through."""


def a_picture_follows_its_event_and_opens_with_the_key_in_it(bench: Bench) -> None:
    """Sealed before it leaves, in pieces and in order, behind every event; called delivered once it is."""
    taken = picture(3)
    bench.client.record(bench.paper("Dr. A", taken), bench.dose())
    assert bench.client.states() == ["on_device"] * 2
    assert pictures(bench) == ["on_device", ""]
    sync_until_settled(bench)
    assert pictures(bench) == ["receipted", ""]
    sent = [asked for asked in bench.meddler.photos if asked.number is not None]
    assert pieces_sent(bench) == [0, 1, 2]
    assert {asked.events_before for asked in sent} == {2}, "a picture went before an event"
    photo = next(named(event) for event in bench.meddler.pushed() if '"photo"' in event["payload"])
    assert {asked.name for asked in sent} == {photo.sealed}
    assert open_photo(b"".join(asked.piece for asked in sent), photo) == taken


def a_picture_that_does_not_come_through_holds_no_event_back(bench: Bench) -> None:
    """And the row does not call the picture delivered because its event is."""
    bench.meddler.photo_rule = lose
    bench.client.record(bench.paper("Dr. A", picture(1)))
    bench.client.sync()
    bench.client.record(bench.dose())
    bench.client.sync()
    assert bench.client.states() == ["receipted"] * 2
    assert pictures(bench) == ["on_device", ""]
    bench.meddler.photo_rule = honestly
    sync_until_settled(bench)


def a_picture_goes_on_where_it_was_cut_off(bench: Bench) -> None:
    """The server has the first piece and is asked so; it is not sent again."""

    def cut(asked: PhotoAsked, send: Send) -> Told | None:
        return None if asked.number else send(asked.piece)

    bench.meddler.photo_rule = cut
    bench.client.record(bench.paper("Dr. A", picture(3)))
    bench.client.sync()
    assert pictures(bench) == ["on_device"]
    assert pieces_sent(bench)[0] == 0
    bench.meddler.photos.clear()
    bench.meddler.photo_rule = honestly
    sync_until_settled(bench)
    assert pieces_sent(bench) == [1, 2]


def only_the_log_s_word_about_these_bytes_frees_a_picture(bench: Bench) -> None:
    """Neither a status code, nor a note that was changed, nor another picture's."""
    bench.client.record(bench.paper("Dr. A", picture(1)))
    notes: list[str] = []

    def overhear(asked: PhotoAsked, send: Send) -> Told:
        status, answer = send(asked.piece)
        notes.append(answer["note"])
        return status, answer

    bench.meddler.photo_rule = overhear
    sync_until_settled(bench)
    bench.client.record(bench.paper("Dr. B", picture(1)))
    for lie in ("", notes[-1], "changed"):

        def tell(asked: PhotoAsked, send: Send, lie: str = lie) -> Told:
            status, answer = send(asked.piece)
            changed = answer["note"].replace("/photo/v1\n", "/photo/v1\n1", 1)
            return status, answer | {"note": changed if lie == "changed" else lie}

        bench.meddler.photo_rule = tell
        bench.client.sync()
        assert pictures(bench) == ["receipted", "on_device"], f"freed by {lie or 'no note'!r}"
    bench.meddler.photo_rule = honestly
    sync_until_settled(bench)


def bytes_that_were_changed_on_the_way_are_sent_again(bench: Bench) -> None:
    """The server finds that they are not their name's, and throws them away: all of them go once more."""

    def spoil(asked: PhotoAsked, send: Send) -> Told:
        return send(asked.piece[:-1] + bytes([asked.piece[-1] ^ 1]) if asked.number == 0 else asked.piece)

    bench.meddler.photo_rule = spoil
    bench.client.record(bench.paper("Dr. A", picture(2)))
    bench.client.sync()
    assert pictures(bench) == ["on_device"]
    bench.meddler.photos.clear()
    bench.meddler.photo_rule = honestly
    sync_until_settled(bench)
    assert pieces_sent(bench)[-2:] == [0, 1]


def a_picture_that_is_refused_holds_up_no_other(bench: Bench) -> None:
    def refuse_the_first(asked: PhotoAsked, send: Send) -> Told:
        return (409, REFUSAL) if asked.name == bench.meddler.photos[0].name else send(asked.piece)

    bench.meddler.photo_rule = refuse_the_first
    bench.client.record(*(bench.paper(f"Dr. {name}", picture(1)) for name in "AB"))
    bench.client.sync()
    assert bench.client.states() == ["receipted"] * 2
    assert sorted(pictures(bench)) == ["on_device", "receipted"]
    bench.meddler.photo_rule = honestly
    sync_until_settled(bench)


PICTURE_CASES: tuple[Case, ...] = (
    a_picture_follows_its_event_and_opens_with_the_key_in_it,
    a_picture_that_does_not_come_through_holds_no_event_back,
    a_picture_goes_on_where_it_was_cut_off,
    only_the_log_s_word_about_these_bytes_frees_a_picture,
    bytes_that_were_changed_on_the_way_are_sent_again,
    a_picture_that_is_refused_holds_up_no_other,
)
