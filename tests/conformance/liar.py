"""A server that lies with the log's own key: the network's, given out at enrolment in place of the server's.

client --HTTP--> Meddler --rule--> Liar: leaves events out of pages, and signs what is left        --HTTP--> server

What it signs of whole scopes is what the honest server said of them: so what is left out is covered by the digest,
as where a server withholds an event, or its disk has lost one.
"""

import os
from typing import Any

import msgspec

from events.checkpoint import parse_checkpoint, sign_checkpoint, verifier_key
from events.digest import Vouched, open_vouched, vouch
from events.packing import Row, digest_of, pack, unpack
from events.signing import SigningKey
from events.wire import Enrolled, Page, SyncResponse


class Liar:
    """One log key, and the positions it gives to nobody."""

    def __init__(self) -> None:
        self.withheld: set[int] = set()
        self.withholds_what_is_accepted = False
        self._key = SigningKey(os.urandom(32))
        self._theirs = ""

    def enroll(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The key to pin is this one."""
        self._theirs = msgspec.convert(answer, Enrolled).log_key
        return answer | {"log_key": verifier_key(self._name, self._key.public)}

    def sign(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The answer to POST /sync without what is withheld, under this key."""
        told = msgspec.convert(answer, SyncResponse)
        if self.withholds_what_is_accepted:
            self.withheld |= {one.proof.position for one in told.answers}
        text = told.checkpoint.partition("\n\n")[0] + "\n"
        changed = answer | {"checkpoint": sign_checkpoint(parse_checkpoint(text), self._name, self._key)}
        if isinstance(told.page, Page):
            changed |= {"page": msgspec.to_builtins(self._page(told.page))}
        return changed

    def _page(self, page: Page) -> Page:
        given = [one for one in unpack(page.events) if one.position not in self.withheld]
        rows = [
            Row(one.position, one.effective, one.received_at, one.event_hash, one.header, one.event) for one in given
        ]
        said = open_vouched(page.note, self._theirs)
        signed = Vouched(
            said.origin, said.scope, said.size, said.after, said.until, digest_of(given, page.forget), said.whole
        )
        return msgspec.structs.replace(page, events=pack(rows), note=vouch(signed, self._name, self._key))

    @property
    def _name(self) -> str:
        return self._theirs.partition("+")[0]
