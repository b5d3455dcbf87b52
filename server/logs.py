"""Logs as JSON lines without anything personal.

    {"at": "…Z", "level": "info", "event": "request", "route": "/api/students/{student}", "status": 200, "ms": 3}

What may be said is a closed list of keys (ALLOWED): everything else is dropped and counted, so that a name
or a payload cannot slip in with a careless call. An error is logged as its kind and the places in the code
it passed through, never its message, because messages quote what was sent. Other libraries' warnings go the
same way; only uvicorn's keep their text, and that without its arguments.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    {
        "at", "level", "event", "route", "method", "status", "ms", "error", "where", "code", "attempted", "count",
        "size", "origin", "listeners", "host", "port", "reason", "logger", "dropped_keys", "version",
    }
)  # fmt: skip
_FRAMES_MAX = 12


def configure_logs(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send structlog and the standard library's loggers to one stream of JSON lines (standard error)."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _error_by_kind,
            keep_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Relay()]
    root.setLevel(logging.WARNING)


def where(error: BaseException) -> list[str]:
    """The places an error passed through, innermost last: file, line and function, nothing of their values."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_MAX:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def keep_allowed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not on the list, and say how many."""
    kept = {key: value for key, value in line.items() if key in ALLOWED}
    if len(kept) < len(line):
        kept["dropped_keys"] = len(line) - len(kept)
    return kept


def _error_by_kind(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    given = line.pop("exc_info", None)
    if given:
        error = given if isinstance(given, BaseException) else sys.exc_info()[1]
        if error is not None:
            line["error"], line["where"] = type(error).__name__, where(error)
    return line


class _Relay(logging.Handler):
    """A standard library record as one of our lines: its logger and format string, never its arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told: dict[str, object] = {} if error is None else {"error": type(error).__name__, "where": where(error)}
        if record.name.startswith("uvicorn"):
            told["reason"] = str(record.msg)[:200].partition("\n")[0]
        structlog.get_logger().log(record.levelno, "library", logger=record.name, **told)
