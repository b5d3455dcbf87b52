"""The fold's vectors are what the fold does today; the phone is held to the same file."""

from tests.vectors.fold_vectors import PATH, text


def test_the_vectors_are_up_to_date() -> None:
    """PROJ-R40: shared vectors hold both folds equal."""
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tests.vectors.fold_vectors"
