"""Base64 (RFC 4648, section 4) that has one text for one value.

Python ignores the spare bits before the padding, so that several texts decode to the same bytes. A proof
whose text can be altered without being refused invites doubt, so here the text must be the canonical one.
"""

import binascii


def decode_base64(text: str) -> bytes:
    """The bytes. Raises ValueError for anything but their one padded form."""
    raw = binascii.a2b_base64(text, strict_mode=True)
    if binascii.b2a_base64(raw, newline=False).decode() != text:
        raise ValueError("not the canonical base64 of its bytes")
    return raw
