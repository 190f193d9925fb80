"""Videos in a ledger, as the command line finds them."""

from __future__ import annotations

from shared.ledger import Chunk, State, Video
from shared.messages import Sampling, Source
from tests.fakes import FakeLedger


def video(video_id: str, key: str, state: State = State.EXTRACTING, error: str = "") -> Video:
    return Video(
        video_id=video_id,
        source=Source(bucket="videos", key=key, version="1"),
        sampling=Sampling(),
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
