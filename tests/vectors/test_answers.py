"""The answers' vectors are what the code makes of them; `web/src/sync/answers.test.ts` holds the same file."""

import json

from tests.vectors.answer_vectors import PATH, text


def test_the_file_is_what_the_laptop_believes() -> None:
    """WEB-R344, CLIENT-R01: an honest answer is believed whole; changed in a place that counts, less of it."""
    assert PATH.read_text() == text()
    honest, *others = (case["believed"] for case in json.loads(PATH.read_text())["cases"])
    assert sum(other != honest for other in others) > 200
    for other in others:
        for ours, whole in zip(other.get("fates", ()), honest["fates"], strict=False):
            assert ours in (whole, "unproven")
