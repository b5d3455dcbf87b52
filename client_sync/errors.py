"""What can go wrong on a device, beside what ``events.errors`` names.

DoseledgerError
├── DeviceError
│   ├── DeviceInUse       another process is the one writer of this device's file
│   ├── WrongKey          the passphrase or key does not open this device
│   ├── NotEnrolled       the device has no identity yet (or already has one)
│   ├── StoreDamaged      the file contradicts itself: nothing more is written to it
│   ├── StoreFailed       the disk refused a call: nobody knows what is on it, and this process writes no more
│   ├── NotAPicture       what was to be attached is no picture, is too large, or the event has no place for one
│   └── NotAHandOff       what was to be carried is no hand-off file, or another district's
└── TransportError
    ├── Unreachable       no answer: no network, a time-out, a broken connection; what was sent may have arrived
    └── ServerRefused     an answer that is a problem (RFC 9457): status, code and what to do
"""

from events.errors import DoseledgerError


class DeviceError(DoseledgerError):
    """The device itself cannot go on."""


class DeviceInUse(DeviceError):
    """One process at a time writes a device: two would fork its chain."""


class WrongKey(DeviceError):
    """The passphrase, PIN or key given does not open the device's file."""


class NotEnrolled(DeviceError):
    """The step needs an enrolled device, or one that is not enrolled yet; the message says which."""


class StoreDamaged(DeviceError):
    """What was read back is not what was written."""


class StoreFailed(DeviceError):
    """What was asked may be on the disk or not. Open the file anew: it tells."""


class NotAPicture(DeviceError):
    """Nothing was recorded; the message says what to do."""


class NotAHandOff(DeviceError):
    """Nothing was sent; the message says what the file is instead."""


class TransportError(DoseledgerError):
    """A turn with the server brought no usable answer."""


class Unreachable(TransportError):
    """No answer came. The request may have been carried out all the same: retry, never assume."""


class ServerRefused(TransportError):
    """The server answered with a problem: HTTP's ``status``, the problem's own ``code``, when to ask again."""

    def __init__(self, status: int, code: str, detail: str, after_seconds: float = 0.0) -> None:
        super().__init__(f"{detail or code} ({status})")
        self.status = status
        self.code = code
        self.detail = detail
        self.after_seconds = after_seconds
