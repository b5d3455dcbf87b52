"""Our server passes the conformance suite (SYNC-R27)."""

import asyncio
from pathlib import Path

import pytest

from tests.conformance.server_cases import CASES, Case
from tests.conformance.subject import Subject
from tests.server.house import ADA, CLINIC, House, open_house


async def subject_of(house: House, codes: int = 4) -> Subject:
    """The house as the suite sees any server."""
    waiting = [await house.code("anna") for _ in range(codes)]
    return Subject(house.url, house.http, f"clinic/{CLINIC}", ADA, waiting.pop)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
async def test_our_server_conforms(tmp_path: Path, case: Case) -> None:
    """SYNC-R27"""
    async with open_house(tmp_path) as house:
        await asyncio.wait_for(case(await subject_of(house)), 60)
