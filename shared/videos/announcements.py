"""The announcement port: whoever waits for a video is told that it has ended, and where its results lie."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from shared.outage import Outage
from shared.storage.objects import Address
from shared.videos.ledger import State, Video

SUMMARY = "summary.json"  # written last: where it is, all results are
RESULT_FILES = (
    "detections.json",
    "detections.parquet",
    "exposures.csv",
    "exposures.vtt",
    "exposures.edl",
    "contact-sheet.jpg",
    "report.html",
    SUMMARY,
)


class AnnouncementError(Exception):
    """The announcement did not go out; trying again may help."""


class AnnouncerAway(AnnouncementError, Outage):
    """Whoever announces gives no answer, or too many ask."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A video has ended; `summary` is the key of its summary in the bucket, None where it has none."""

    video_id: str
    source: str
    state: State
    error: str
    bucket: str
    summary: str | None

    def body(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


class Announcer(Protocol):
    """Tells the world; at least once, so that a listener must bear to hear the same twice."""

    async def announce(self, ended: Ended) -> None:
        """Tell; raises `AnnouncementError`."""
        ...


class Announcers:
    """Several announcers as one; none at all is allowed."""

    def __init__(self, announcers: Sequence[Announcer]) -> None:
        self._announcers = announcers

    async def announce(self, ended: Ended) -> None:
        for announcer in self._announcers:
            await announcer.announce(ended)


def results_address(bucket: str, video_id: str, name: str) -> Address:
    """Where a result file of a video lies."""
    return Address(bucket, f"results/{video_id}/{name}")


def ended(video: Video, state: State, error: str, bucket: str, with_summary: bool) -> Ended:
    """What is announced of a video."""
    return Ended(
        video_id=video.video_id,
        source=video.source.address,
        state=state,
        error=error,
        bucket=bucket,
        summary=results_address(bucket, video.video_id, SUMMARY).key if with_summary else None,
    )
