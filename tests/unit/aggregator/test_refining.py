"""Refinement through the aggregator: it asks, enters the answers once, and ends, whoever crashes."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.config.analysis import Analysis
from shared.config.options import Options, Sampling
from shared.messaging.messages import (
    ChunkExtracted,
    ChunkPlanned,
    FoundEdge,
    FrameDetected,
    Result,
    parse,
)
from shared.videos.ledger import Chunk, State, UnknownChunk, Video
from tests.clock import JumpingLoop
from tests.fakes import Crash
from tests.unit.aggregator.books import ID, Office, detected, extracted, logo, message

OPTIONS = Options(sampling=Sampling(interval=Decimal("0.5")), analysis=Analysis(edge_precision=0.1))
COARSE: list[Result] = [extracted(0), detected(0), detected(1), detected(2, "Acme"), detected(3, "Acme")]


async def refining(edge_budget: float = 1.0) -> Office:
    office = await Office(chunks=1).plan()
    options = OPTIONS.model_copy(update={"analysis": replace(OPTIONS.analysis, edge_budget=edge_budget)})
    office.ledger.videos[ID] = replace(office.video, options=options)
    return office


def answers(asked: ChunkPlanned) -> list[Result]:
    """What extractor and detectors make of what is asked: Acme comes at 0.7 s, by the video at 0.6 s."""
    if asked.edges:
        found = tuple(
            FoundEdge(**edge.model_dump(exclude={"logos", "covers"}), at=600 * asked.grid // 500, sure=True)
            for edge in asked.edges
        )
        return [ChunkExtracted(video_id=ID, chunk=asked.chunk, sampled=0, published=0, edges=found)]
    frames: list[Result] = [
        FrameDetected(
            video_id=ID,
            chunk=asked.chunk,
            instant=instant,
            grid=asked.grid,
            timestamp_ms=500 * instant // asked.grid,
            model="v1",
            detections=(logo("Acme"),) if 500 * instant // asked.grid >= 700 else (),
            latency_ms=80,
        )
        for instant in asked.wanted
    ]
    return [
        ChunkExtracted(video_id=ID, chunk=asked.chunk, sampled=len(frames), published=len(frames)),
        *frames,
    ]


async def play(office: Office, aggregators: int = 1) -> Video:
    """Deliver results twice, and answer every question, until nothing is left; what dies is tried again."""
    waiting = deque([*COARSE, *COARSE])
    answered: set[int] = set()
    at_work = 0

    async def work() -> None:
        nonlocal at_work
        handler = office.handler()
        while waiting or at_work:
            if not waiting:
                await asyncio.sleep(0.01)
                continue
            result, at_work = waiting.popleft(), at_work + 1
            try:
                await handler(message(result))
            except* Crash:
                waiting.append(result)
                handler = office.handler()
            except* UnknownChunk:  # as yet
                await asyncio.sleep(1)
                waiting.append(result)
            at_work -= 1
            for asked in questions(office):
                if asked.chunk not in answered:
                    answered.add(asked.chunk)
                    waiting.extend(answers(asked))

    await asyncio.gather(*[work() for _ in range(aggregators)])
    return office.video


def questions(office: Office) -> list[ChunkPlanned]:
    asked = [parse(body) for body, _ in office.asked.sent]
    return [each for each in asked if isinstance(each, ChunkPlanned)]


async def test_extra_frames_are_asked_for_and_the_edge_is_where_they_say() -> None:
    office = await refining()
    await office.enter(COARSE)
    assert office.video.state is State.DETECTING
    assert office.files == {}
    row = await play(office)
    assert (row.state, row.chunks, row.counts.published) == (State.COMPLETED, 5, 7)
    assert "Acme,00:00:00.675" in office.files["exposures.csv"].decode()
    assert '"extra": 3' in office.files["summary.json"].decode()


async def test_the_edge_is_where_the_video_shows_it_when_no_frame_may_be_spent() -> None:
    office = await refining(edge_budget=0.0)
    row = await play(office)
    assert (row.state, row.chunks, row.counts.published) == (State.COMPLETED, 2, 4)
    assert "Acme,00:00:00.590" in office.files["exposures.csv"].decode()
    assert '"extra": 0' in office.files["summary.json"].decode()


async def test_an_extractor_that_knows_of_no_edges_is_asked_for_one_frame_between_the_samples() -> None:
    office = await refining(edge_budget=0.0)
    await office.enter(COARSE)
    [asked] = questions(office)
    assert (len(asked.edges), asked.grid, asked.wanted, list(asked.instants)) == (1, 64, (), [96])


async def test_who_finds_that_another_has_asked_meanwhile_leaves_the_video_to_the_answer() -> None:
    office = await refining()
    *life, last = COARSE
    await office.enter(life)

    def overtaken(moment: str, call: str) -> bool:
        row = office.video
        if (moment, call) == ("before", "chunks") and row.chunks == 1:
            office.ledger.videos[ID] = replace(row, chunks=2)
            office.ledger.books[ID][1] = Chunk(1, 0)
        return False

    office.ledger.faults.crash = overtaken
    await office.enter([last])
    assert office.video.state is State.DETECTING
    assert (questions(office), office.files) == ([], {})


async def test_who_is_overtaken_while_it_thinks_about_edges_asks_for_nothing() -> None:
    office = await refining()
    *life, last = COARSE
    await office.enter(life)

    def tried_again(moment: str, call: str) -> bool:
        row = office.video
        if (moment, call) == ("after", "frames") and row.chunks_closed and not row.reopened:
            office.ledger.videos[ID] = replace(row, reopened=1, chunks_closed=0)
        return False

    office.ledger.faults.crash = tried_again
    await office.enter([last])
    assert (questions(office), office.video.chunks) == ([], 1)


def end(crashes: frozenset[int], aggregators: int = 1) -> tuple[dict[str, bytes], Video]:
    """The files and the row of a refined video, whoever dies at these moments."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_end(crashes, aggregators))


async def _end(crashes: frozenset[int], aggregators: int) -> tuple[dict[str, bytes], Video]:
    office = await refining()
    moments = itertools.count()

    def crash(moment: str, call: str) -> bool:
        return next(moments) in crashes

    for fake in (office.ledger, office.objects, office.announcer, office.asked):
        fake.faults.crash = crash
        fake.faults.latency = 0.01
    row = await play(office, aggregators)
    return office.files, replace(row, finished_at=None)


def test_a_crash_at_any_moment_of_a_refinement_gives_the_same_end() -> None:
    undisturbed = end(frozenset())
    assert undisturbed[1].state is State.COMPLETED
    for moment in range(0, 160, 4):
        assert end(frozenset({moment})) == undisturbed


@settings(max_examples=12)
@given(st.frozensets(st.integers(0, 250), max_size=8), st.integers(2, 5))
def test_several_aggregators_that_refine_at_once_and_crash_give_the_same_end(
    crashes: frozenset[int], aggregators: int
) -> None:
    assert end(crashes, aggregators) == end(frozenset())
