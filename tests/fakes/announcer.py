"""The fake announcer: remembers what it was told to tell."""

from __future__ import annotations

from shared.videos.announcements import AnnouncementError, Ended
from tests.fakes.faults import Faults


class FakeAnnouncer:
    """Knob: `faults`; what went out is in `told`, in order."""

    def __init__(self) -> None:
        self.told: list[Ended] = []
        self.faults = Faults(AnnouncementError)

    async def announce(self, ended: Ended) -> None:
        async with self.faults.around("announce"):
            self.told.append(ended)
