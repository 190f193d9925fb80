"""An extractor that is killed loses at most the chunk in hand, and its successor publishes the very same."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator
from fractions import Fraction
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extractor.fetching.remote import AnyVideo
from services.extractor.media import Encoding, Sampled, Span
from shared.config.screening import Screening
from shared.messaging.messages import ChunkExtracted, ChunkPlanned
from tests.clock import JumpingLoop
from tests.fakes.faults import Crash
from tests.unit.extractor.studio import FakeSandbox, Studio, message, sent

CHUNK, CHUNKS = 12, 4  # frames, chunks


class CountingSandbox(FakeSandbox):
    """Counts how often each chunk is decoded."""

    def __init__(self) -> None:
        super().__init__()
        self.decoded: Counter[int] = Counter()

    def frames(
        self,
        video: AnyVideo,
        span: Span,
        interval: Fraction,
        encoding: Encoding,
        screening: Screening | None = None,
        dedup: bool = False,
    ) -> AsyncGenerator[Sampled, None]:
        self.decoded[span.first // CHUNK] += 1
        return super().frames(video, span, interval, encoding, screening, dedup)


@settings(max_examples=80)
@given(kills=st.lists(st.integers(0, 150), max_size=3))
def test_a_kill_at_any_moment_costs_one_chunk_and_changes_nothing(kills: list[int]) -> None:
    undisturbed, _ = extraction([])
    disturbed, sandbox = extraction(kills)
    assert dict(disturbed.uploaded) == dict(undisturbed.uploaded)
    assert {body for body, _ in disturbed.frames.sent} == {body for body, _ in undisturbed.frames.sent}
    assert set(reports(disturbed)) == set(reports(undisturbed))
    assert sandbox.decoded.total() <= CHUNKS + len(kills)


def reports(studio: Studio) -> list[ChunkExtracted]:
    return [told for told in sent(studio.results) if isinstance(told, ChunkExtracted)]


def extraction(kills: list[int]) -> tuple[Studio, CountingSandbox]:
    """A video's chunks, one after the other, by extractors that are killed at their so-manieth call."""
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=JumpingLoop) as runner,
    ):
        studio = Studio(Path(folder))
        studio.sandbox = sandbox = CountingSandbox()
        left = [
            studio.chunk(CHUNK * n, CHUNK * (n + 1)).model_copy(update={"chunk": n}) for n in range(CHUNKS)
        ]
        for kill in [*kills, None]:
            runner.run(_life(studio, left, kill))
        return studio, sandbox


async def _life(studio: Studio, left: list[ChunkPlanned], kill: int | None) -> None:
    """One extractor, from its start to its death; chunks that are done are deleted from the queue."""
    calls = itertools.count()
    for port in (studio.objects, studio.frames, studio.results, studio.ledger):
        port.faults.crash = lambda moment, call: next(calls) == kill
    try:
        while left:
            await studio.decoder()(message(left[0].body()))
            del left[0]
    except* Crash:
        pass
