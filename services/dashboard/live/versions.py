"""The versions of a model's project, listed once for all who watch: AWS takes few such requests a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from shared.models.rekognition import RekognitionError
from shared.models.versions import ModelVersion, Versions

FRESH_SECONDS = 3.0  # a list that is no older serves whoever asks


@dataclass(frozen=True, slots=True)
class Listing:
    """The versions as they were listed last, the newest first, and why they could not be listed since."""

    versions: tuple[ModelVersion, ...] = ()
    trouble: str = ""


class Lister:
    """Lists when somebody asks, and at most every three seconds."""

    def __init__(self, versions: Versions, clock: Callable[[], float] = time.monotonic) -> None:
        self._versions = versions
        self._clock = clock
        self._last = Listing()
        self._listed_at = float("-inf")
        self._listing = asyncio.Lock()

    async def look(self) -> Listing:
        """The versions as they are now, or were a moment ago."""
        async with self._listing:
            if self._clock() - self._listed_at > FRESH_SECONDS:
                self._last = await self._list_anew()
                self._listed_at = self._clock()
            return self._last

    async def _list_anew(self) -> Listing:
        try:
            return Listing(tuple(await self._versions.all()))
        except RekognitionError as error:
            return replace(self._last, trouble=str(error))
