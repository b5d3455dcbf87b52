"""What can be wrong with bytes that claim to be an event, a proof or a key.

    DoseledgerError
    ├── MalformedEvent      header, payload or envelope is not what the design, section 5, says
    ├── BadProof            an inclusion or consistency proof, tile or receipt does not add up
    ├── BadCheckpoint       a signed note is unreadable or signed by another key
    ├── UpcastFailed        an old payload could not be read as the current version
    └── Refused             a request that is understood and will not be done: code and sentence

These are raised where the caller cannot go on. Expected outcomes (a duplicate, a quarantined event,
a gap in a device's chain) are values, never exceptions.
"""


class DoseledgerError(Exception):
    """Root of everything this project raises on purpose."""


class MalformedEvent(DoseledgerError):
    """The bytes are not a canonical event; the message names the field and the rule."""


class BadProof(DoseledgerError):
    """A Merkle proof or receipt does not lead to the root it claims."""


class BadCheckpoint(DoseledgerError):
    """A signed note cannot be parsed, or no signature on it is by the pinned key."""


class UpcastFailed(DoseledgerError):
    """A payload of an older schema could not be brought to the current one."""


class Refused(DoseledgerError):
    """A request this program understands and will not do.

    ``code`` is stable and documented (kebab-case); ``message`` says in plain words what to do instead.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
