"""Where a client under test stands: enrolled, following its clinic, behind the suite's network."""

from collections.abc import Callable
from pathlib import Path

from tests.conformance.client import Client
from tests.conformance.liar import Liar
from tests.conformance.meddler import Json, Meddler


class Bench:
    """The client, the network between it and the server, a child it may write about, an office, a folder for files.

    ``restore`` puts the server back as it was before the case began, in a new epoch of its log; only the cases that
    need it have one.
    """

    def __init__(
        self,
        client: Client,
        meddler: Meddler,
        scope: str,
        child: str,
        close: Callable[[str], None],
        folder: Path,
        restore: Callable[[], None] | None = None,
    ) -> None:
        self.client, self.meddler, self.scope, self.child, self.close = client, meddler, scope, child, close
        self._folder, self._restore = folder, restore

    def restore(self) -> None:
        assert self._restore is not None, "this case needs a server that can be put back"
        self._restore()

    def lies(self) -> Liar:
        """The server's lies; only the cases that need them have any."""
        assert self.meddler.liar is not None, "this case needs a network that holds the log's key"
        return self.meddler.liar

    def first_of_the_child(self) -> int:
        """Where the first event that the client was given of the child stands."""
        return min(at for at, stream in self.meddler.given if stream == f"student/{self.child}")

    def dose(self, cvx: str = "03") -> Json:
        giver = {"name": "C. Conformance", "title": "RN", "address": {"lines": ["1 Main St"]}}
        payload = {
            "cvx": cvx, "given_on": "2026-11-21", "lot": "A1", "mvx": "MSD", "site": "left_deltoid", "route": "IM",
            "dose_ml": 0.5, "giver": giver,
        }  # fmt: skip
        return {"stream": f"student/{self.child}", "type": "dose.administered", "payload": payload}

    def paper(self, signer: str, picture: bytes) -> Json:
        """A doctor's statement with its picture."""
        file = self._folder / f"{signer}.jpg"
        file.write_bytes(picture)
        payload = {
            "kind": "medical", "signer": signer, "standing": "physician", "received_on": "2026-11-21",
            "antigens": ["measles"], "told": {"source": "paper", "recorder": "C. Conformance"},
        }  # fmt: skip
        about = {"stream": f"student/{self.child}", "type": "statement.received", "payload": payload}
        return about | {"picture": str(file)}


Case = Callable[[Bench], None]


def sync_until_settled(bench: Bench, times: int = 5) -> None:
    """An honest network lets everything through, pictures too."""
    rows = []
    for _ in range(times):
        bench.client.sync()
        rows = bench.client.outbox()
        if all(row["state"] == "receipted" and row.get("picture") in (None, "", "receipted") for row in rows):
            return
    raise AssertionError(f"not delivered over an honest network: {rows}")
