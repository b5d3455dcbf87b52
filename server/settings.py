"""Everything an operator may set, by environment, read once at start. All state lives under ``home``."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from events.errors import Refused
from events.ids import DistrictId, is_district


class Settings(msgspec.Struct, frozen=True):
    """One installation. Two installations with different homes never meet."""

    home: Path
    """``DOSELEDGER_HOME``: databases, keyring, keys, checkpoints, exports."""
    district: DistrictId
    """``DOSELEDGER_DISTRICT``: the tenant this program serves."""
    log_name: str
    """``DOSELEDGER_LOG_NAME``: first part of the log's origin, a name you control (no scheme)."""
    host: str
    """``DOSELEDGER_HOST``: address to listen on."""
    port: int
    """``DOSELEDGER_PORT``: port to listen on."""


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises Refused that names the variable and the fix."""
    district = environment.get("DOSELEDGER_DISTRICT", "district")
    if not is_district(district):
        raise Refused(
            "bad-setting", f"DOSELEDGER_DISTRICT={district!r}: use 1 to 40 lower-case letters, digits or hyphens"
        )
    port = environment.get("DOSELEDGER_PORT", "8000")
    if not port.isdigit() or not 0 <= int(port) <= 65535:
        raise Refused("bad-setting", f"DOSELEDGER_PORT={port!r}: use a port number, 1 to 65535")
    return Settings(
        home=Path(environment.get("DOSELEDGER_HOME", "var")).resolve(),
        district=DistrictId(district),
        log_name=environment.get("DOSELEDGER_LOG_NAME", "doseledger.example"),
        host=environment.get("DOSELEDGER_HOST", "127.0.0.1"),
        port=int(port),
    )
