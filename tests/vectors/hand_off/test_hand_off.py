"""What a phone seals, another implementation opens; `web/src/store/hand_off.test.ts` opens the same vectors.

Requirements: WEB-R46.
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
CASES = json.loads((Path(__file__).parent / "sealed.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_what_was_sealed_opens_for_the_district_it_was_sealed_to(case: dict[str, Any]) -> None:
    """WEB-R46."""
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(case["private_key"]))
    assert key.public_key().public_bytes_raw().hex() == case["sealing_key"]
    info = f"doseledger/hand-off/v1\n{case['district']}\n{case['event_hash']}".encode()
    sealed = base64.urlsafe_b64decode(case["sealed"] + "=" * (-len(case["sealed"]) % 4))
    if case["valid"]:
        assert json.loads(SUITE.decrypt(sealed, key, info)) == case["event"]
    else:
        with pytest.raises(InvalidTag):
            SUITE.decrypt(sealed, key, info)
