"""Signed notes and checkpoints as C2SP writes them, and notes that try to be what they are not."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.checkpoint import (
    NOTE_CHARACTERS_MAX,
    Checkpoint,
    checkpoint_text,
    epoch_of,
    open_checkpoint,
    open_note,
    origin_of,
    parse_checkpoint,
    parse_verifier_key,
    sign_checkpoint,
    sign_note,
    verifier_key,
)
from events.errors import BadCheckpoint
from events.signing import SigningKey

KEY = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
NAME = "log.example/isd-900/0"
OTHER = SigningKey(bytes(32))
HEAD = Checkpoint(NAME, 8, bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"))
TEXT = checkpoint_text(HEAD)
PINNED = verifier_key(NAME, KEY.public)
GOOD = sign_checkpoint(HEAD, NAME, KEY)

BY_HAND = """\
log.example/isd-900/0
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— log.example/isd-900/0 b9iElavEdt75OLHYm7Ia/hWjEum3+SFIPuGGL2/qKOf2/2l6rbfyXfEhJajw3g/ma5dZ8U6nfd50MRAzh1u8FqVjogI=
"""
"""Made apart from this code, from the words of the two standards and the key of RFC 8032, test 1."""


def test_note_r01_a_checkpoint_is_the_note_the_standards_describe() -> None:
    """NOTE-R01: byte for byte, and its key id by the formula of signed-note."""
    assert GOOD == BY_HAND
    assert PINNED == "log.example/isd-900/0+6fd88495+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    identity = hashlib.sha256(NAME.encode() + b"\n\x01" + KEY.public).hexdigest()[:8]
    assert PINNED.split("+", 2)[1] == identity
    assert open_checkpoint(BY_HAND, PINNED) == HEAD


def test_note_r02_other_signatures_are_passed_over() -> None:
    """NOTE-R02: witnesses may sign beside; a shared name or a shared id alone makes no known key."""
    witness = sign_note(TEXT, "witness.example", OTHER)
    same_name = sign_note(TEXT, NAME, OTHER)
    identity = base64.b64decode(GOOD.split()[-1])[:4]
    same_id = f"— witness.example {base64.b64encode(identity + bytes(64)).decode()}\n"
    long = f"— pq.example {base64.b64encode(bytes(5000)).decode()}\n" * 15
    ours = sign_note(TEXT, NAME, KEY)
    for lines in (witness + ours, ours + witness, same_name + ours, same_id + ours, long + ours, ours + ours):
        assert open_checkpoint(f"{TEXT}\n{lines}", PINNED) == HEAD


def test_note_r03_every_signature_by_the_pinned_key_must_verify() -> None:
    """NOTE-R03: one wrong signature by a known key rejects the note, wherever it stands."""
    ours = sign_note(TEXT, NAME, KEY)
    wrong = sign_note(TEXT + "more\n", NAME, KEY)
    for lines in (wrong, wrong + ours, ours + wrong):
        with pytest.raises(BadCheckpoint, match="does not verify"):
            open_note(f"{TEXT}\n{lines}", PINNED)


OURS = GOOD.split("\n\n")[1]
HOSTILE = {
    "empty": "",
    "text only": TEXT,
    "no blank line": TEXT + OURS,
    "no signature": f"{TEXT}\n",
    "no final newline": GOOD[:-1],
    "blank line after": GOOD + "\n",
    "hyphen for the dash": GOOD.replace("—", "-"),
    "en dash": GOOD.replace("—", "–"),
    "two spaces": GOOD.replace("— ", "—  "),
    "tab": GOOD.replace("— ", "—\t"),
    "carriage return": GOOD.replace("\n", "\r\n"),
    "NUL in the text": GOOD.replace("isd", "i\x00sd"),
    "half a surrogate pair": GOOD.replace("isd", "i\ud800sd"),
    "no name": GOOD.replace(f"— {NAME}", "— "),
    "a name with a plus": f"{TEXT}\n— a+b {OURS.split()[-1]}\n{OURS}",
    "a name with a space": f"{TEXT}\n— a b {OURS.split()[-1]}\n{OURS}",
    "a name with a no-break space": f"{TEXT}\n— a\u00a0b {OURS.split()[-1]}\n{OURS}",
    "signature not base64": f"{TEXT}\n— witness.example !!!!\n{OURS}",
    "signature without padding": GOOD.replace("=\n", "\n"),
    "signature of four bytes": f"{TEXT}\n— witness.example {base64.b64encode(bytes(4)).decode()}\n{OURS}",
    "malformed line after ours": f"{GOOD}nonsense\n",
    "text before": "x\n" + GOOD,
    "another origin": GOOD.replace("isd-900\n", "isd-901\n", 1).replace("isd-900/0\n8", "isd-901/0\n8"),
    "another size": GOOD.replace("\n8\n", "\n9\n"),
    "too large": TEXT + "\n" + f"— w.example {'A' * 4000}\n" * (NOTE_CHARACTERS_MAX // 4000 + 1) + OURS,
}


@pytest.mark.parametrize("note", HOSTILE.values(), ids=HOSTILE.keys())
def test_note_r04_hostile_notes(note: str) -> None:
    """NOTE-R04: what is not exactly a note signed by the pinned key is BadCheckpoint, never another error."""
    with pytest.raises(BadCheckpoint):
        open_note(note, PINNED)


@given(st.text(max_size=200))
def test_note_r04_noise(note: str) -> None:
    with pytest.raises(BadCheckpoint):
        open_note(note, PINNED)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec=None))
def test_note_r04_no_changed_character_goes_unnoticed(place: int, letter: str) -> None:
    note = GOOD[:place] + letter + GOOD[place + 1 :]
    if note != GOOD:
        with pytest.raises(BadCheckpoint):
            open_note(note, PINNED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n1\nAAAA\n",
        f"\n1\n{'A' * 43}=\n",
        f"a\n01\n{'A' * 43}=\n",
        f"a\n-1\n{'A' * 43}=\n",
        f"a\n１\n{'A' * 43}=\n",
        f"a\n1 \n{'A' * 43}=\n",
        f"a\n{'9' * 17}\n{'A' * 43}=\n",
        f"a\n{'9' * 5000}\n{'A' * 43}=\n",
        f"a\n1\n{'A' * 42}B=\n",
        f"a\n1\n{'A' * 43}=",
        f"a\n1\n{'A' * 43}=\n\nmore\n",
    ],
)
def test_note_r05_what_is_no_checkpoint(text: str) -> None:
    """NOTE-R05: origin, size without leading zeroes, 32-byte root in its one base64 form."""
    with pytest.raises(BadCheckpoint):
        parse_checkpoint(text)


def test_note_r05_extension_lines_are_allowed_and_not_read() -> None:
    assert parse_checkpoint(TEXT + "extension\n") == HEAD
    empty = Checkpoint(NAME, 0, hashlib.sha256(b"").digest())
    assert parse_checkpoint(checkpoint_text(empty)) == empty


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a",
        "a+b",
        NAME + "+00000000+" + PINNED.rpartition("+")[2],
        "other" + PINNED,
        PINNED[:-4],
        PINNED + "\n",
        PINNED.replace("+Add", "+Bdd"),
        "+" + PINNED.partition("+")[2],
        PINNED.replace("log.", "log ."),
        "ключ" + PINNED,
    ],
)
def test_note_r06_a_verifier_key_that_is_none(key: str) -> None:
    """NOTE-R06: its id must be that of its name and key, and its type Ed25519."""
    with pytest.raises(BadCheckpoint):
        parse_verifier_key(key)
    with pytest.raises(BadCheckpoint):
        open_note(GOOD, key)


def test_note_r06_verifier_keys_read_back() -> None:
    assert parse_verifier_key(PINNED) == (NAME, KEY.public)
    for name in ("", "a b", "a+b", "a\n"):
        with pytest.raises(ValueError, match="key name"):
            verifier_key(name, KEY.public)


def test_note_r07_an_origin_names_log_district_and_epoch() -> None:
    """NOTE-R07: a restored log is another log."""
    assert origin_of("log.example", "isd-900", 2) == "log.example/isd-900/2"
    assert epoch_of("log.example/isd-900/2") == 2
    for origin in ("", "log.example/isd-900/", "log.example/isd-900/02", "log.example/isd-900/x", "a/٢"):
        with pytest.raises(BadCheckpoint):
            epoch_of(origin)
