"""Everything an operator may set, by environment, read once at start. All state lives under ``home``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from events.errors import Refused
from events.ids import DistrictId, is_district

_LOG_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,99}")


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
    database_url: str = ""
    """``DOSELEDGER_DATABASE_URL``: PostgreSQL for the log, its projections and logins, as the application's login
    (``postgresql://…``); empty for SQLite under the home. Holds a password: never shown."""
    keyring_url: str = ""
    """``DOSELEDGER_KEYRING_URL``: PostgreSQL for the wrapped stream keys, best on another server with back-ups of its
    own; empty for the same database."""
    owner_url: str = ""
    """``DOSELEDGER_OWNER_URL``: the login that owns the tables; `doseledger database migrate` alone uses it. Empty for
    the application's login."""
    keyring_owner_url: str = ""
    """``DOSELEDGER_KEYRING_OWNER_URL``: the same for the keyring's database."""
    records_url: str = ""
    """``DOSELEDGER_RECORDS_URL``: the login, in the keyring's database, that may destroy stream keys; empty for the
    application's login, if it may take that role."""

    @property
    def is_postgres(self) -> bool:
        return bool(self.database_url)

    def __repr__(self) -> str:
        return f"Settings(home={str(self.home)!r}, district={self.district!r}, postgres={self.is_postgres})"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises Refused that names the variable and the fix."""
    district = environment.get("DOSELEDGER_DISTRICT", "district")
    if not is_district(district):
        raise Refused(
            "bad-setting", f"DOSELEDGER_DISTRICT={district!r}: use 1 to 40 lower-case letters, digits or hyphens"
        )
    port = environment.get("DOSELEDGER_PORT", "8000")
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise Refused("bad-setting", f"DOSELEDGER_PORT={port!r}: use a port number, 1 to 65535")
    log_name = environment.get("DOSELEDGER_LOG_NAME", "doseledger.example")
    if _LOG_NAME.fullmatch(log_name) is None:
        raise Refused(
            "bad-setting", f"DOSELEDGER_LOG_NAME={log_name!r}: use letters, digits, dots and hyphens, 100 at most"
        )
    return Settings(
        home=Path(environment.get("DOSELEDGER_HOME") or "var").resolve(),
        district=DistrictId(district),
        log_name=log_name,
        host=environment.get("DOSELEDGER_HOST", "127.0.0.1"),
        port=int(port),
        database_url=_url(environment, "DOSELEDGER_DATABASE_URL"),
        keyring_url=_url(environment, "DOSELEDGER_KEYRING_URL"),
        owner_url=_url(environment, "DOSELEDGER_OWNER_URL"),
        keyring_owner_url=_url(environment, "DOSELEDGER_KEYRING_OWNER_URL"),
        records_url=_url(environment, "DOSELEDGER_RECORDS_URL"),
    )


def _url(environment: Mapping[str, str], name: str) -> str:
    url = environment.get(name, "").strip()
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise Refused("bad-setting", f"{name} must begin with postgresql:// (its value is not shown: it may be secret)")
    return url
