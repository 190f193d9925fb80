"""What is exported of a video, for the tests that read it."""

from __future__ import annotations

import json
from typing import Any

from tests.unit.aggregator.books import Office, a_life


async def written() -> dict[str, bytes]:
    """The files of a video with all that can befall a frame."""
    office = await Office().plan()
    await office.enter(a_life())
    return office.files


async def document(name: str) -> Any:
    return json.loads((await written())[name])
