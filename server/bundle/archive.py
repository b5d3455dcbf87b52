"""Opening a zip that somebody sent: bounded, flat, without surprises.

Refused with a sentence: no zip at all, too large, too many files, a name that is not a plain relative one
or comes twice, an encrypted or oddly compressed member, a member that is larger than it says, a damaged one.
Nothing is written to disk and nothing is executed; members are read into memory up to the stated limits.
"""

import re
import zipfile
import zlib
from pathlib import Path

from events.errors import Refused
from server.bundle.format import FILE_BYTES_MAX, FILES_MAX, TOTAL_BYTES_MAX, ZIP_BYTES_MAX

_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)?")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def read_archive(path: Path) -> dict[str, bytes]:
    """Every file of the bundle by name. Raises Refused that names what is wrong with the zip."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Refused("bundle-unreadable", f"{path}: {error.strerror or error}") from error
    if size > ZIP_BYTES_MAX:
        raise bad(f"the file is {size:,} bytes; a bundle has at most {ZIP_BYTES_MAX:,}")
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_members(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise bad(f"it is not a readable zip file ({error})") from error
    except RuntimeError as error:  # zipfile says so of encrypted members
        raise bad(str(error)) from error


def bad(reason: str) -> Refused:
    """The refusal of a bundle: one code, the first thing wrong as the sentence."""
    return Refused("bundle-invalid", f"this is no valid bundle: {reason}")


def _read_members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > FILES_MAX:
        raise bad(f"it holds {len(members):,} files; at most {FILES_MAX:,}")
    files: dict[str, bytes] = {}
    total = 0
    for member in members:
        _check_member(member)
        if member.filename in files:
            raise bad(f"the file {member.filename} is in it twice")
        with archive.open(member) as stream:
            content = stream.read(FILE_BYTES_MAX + 1)
        total += len(content)
        if len(content) > FILE_BYTES_MAX:
            raise bad(f"{member.filename} is larger than {FILE_BYTES_MAX:,} bytes")
        if total > TOTAL_BYTES_MAX:
            raise bad(f"its files hold more than {TOTAL_BYTES_MAX:,} bytes together")
        files[member.filename] = content
    return files


def _check_member(member: zipfile.ZipInfo) -> None:
    if _NAME.fullmatch(member.filename) is None or member.orig_filename != member.filename:
        raise bad(f"{member.orig_filename!r} is no name of a bundle's file")
    if member.flag_bits & _ENCRYPTED:
        raise bad(f"{member.filename} is encrypted")
    if member.compress_type not in _METHODS:
        raise bad(f"{member.filename} is compressed in a way a bundle does not use")
    if member.file_size > FILE_BYTES_MAX:
        raise bad(f"{member.filename} is {member.file_size:,} bytes; at most {FILE_BYTES_MAX:,}")
