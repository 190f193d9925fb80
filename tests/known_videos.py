"""Videos in a ledger and the summary of a finished one, as the command line finds them."""

from __future__ import annotations

from typing import Any

from shared.config.options import Options
from shared.messaging.messages import Source
from shared.videos.ledger import Chunk, State, Video
from tests.fakes import FakeLedger


def video(video_id: str, key: str, state: State = State.EXTRACTING, error: str = "") -> Video:
    return Video(
        video_id=video_id,
        source=Source(bucket="videos", key=key, version="1"),
        options=Options(),
        state=state,
        created_at=1000.0,
        deadline_at=8200.0,
        duration_ms=20_000,
        instants=20,
        chunks=2,
        error=error,
    )


async def ledger_of(*videos: Video) -> FakeLedger:
    ledger = FakeLedger()
    for each in videos:
        await ledger.plan(each, [Chunk(0, 10), Chunk(1, 10)])
    return ledger


def summary(**changes: Any) -> dict[str, Any]:
    """The summary.json of a video that shows one brand."""
    brand = {
        "brand": "Acme",
        "screen_time_s": 12.5,
        "exposures": 3,
        "share_of_voice_percent": 62.5,
        "mean_area_percent": 1.25,
    }
    made = {"logos": {"detected": 17, "failed": 1, "failures": {"no image": 1}}}
    frames = {"sampled": 20, "published": 18, "skipped": {"same": 2}, "detectors": made}
    return {
        "video": {"source": "s3://videos/in/cup.mp4", "duration_s": 20.0},
        "state": "COMPLETED",
        "error": "",
        "frames": frames,
        "brands": [brand],
        **changes,
    }
