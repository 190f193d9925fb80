"""Exactly once: whatever is repeated, reordered or cut short, the same books and the same files come out."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import os
import random
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.consumer import Consumer, ConsumerOptions
from shared.messaging.messages import FrameDetected, FrameResult, Result
from shared.videos.announcements import SUMMARY, Ended
from shared.videos.brands import BrandInVideo
from shared.videos.ledger import ACTIVE, Chunk, Video
from tests.clock import JumpingLoop
from tests.fakes import Crash, FakeQueue
from tests.fakes.faults import Faults
from tests.unit.aggregator.books import ID, Office, a_life, by, logo, message

LIFE = [*a_life(), *by("words", *a_life())]  # of a video with two detectors
FILES = 8
CALL = 0.05  # seconds that a call takes
LONGEST_WORK = 60  # calls, one after the other, in which a consumer that nobody stops is done
MOMENTS = 400  # at which an aggregator may die: those of a life whose results come twice


@dataclass(frozen=True)
class End:
    """All that a video has come to, and was told of, however often; when it was finished is left out."""

    video: Video
    chunks: dict[int, Chunk]
    results: dict[str, FrameResult]
    brands: dict[tuple[str, str, str], BrandInVideo]
    files: dict[str, bytes]
    told: frozenset[Ended]
    moments: int = field(compare=False)  # before and after calls


def end_of(office: Office, moments: int) -> End:
    return End(
        replace(office.video, finished_at=None),
        dict(office.ledger.books[ID]),
        dict(office.ledger.results[ID]),
        office.ledger.brands,
        office.files,
        frozenset(office.announcer.told),
        moments,
    )


def deliver(
    deliveries: Sequence[Result],
    crashes: frozenset[int] = frozenset(),
    aggregators: int = 1,
    pace: random.Random | None = None,
) -> End:
    """Let aggregators work until all deliveries are handled, dying at these moments and starting again.

    With a pace calls take differently long, so that aggregators overtake each other between any two of them.
    """
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_deliver(deliveries, crashes, aggregators, pace))


async def _deliver(
    deliveries: Sequence[Result], crashes: frozenset[int], aggregators: int, pace: random.Random | None
) -> End:
    office = await Office(detectors=("logos", "words")).plan()
    moments = itertools.count()

    def faulty(faults: Faults) -> Callable[[str, str], bool]:
        def crash(moment: str, call: str) -> bool:
            said = office.video.state not in ACTIVE or SUMMARY in office.files
            assert not said or len(office.files) == FILES, "said to be done without its files"
            faults.latency = pace.choice((0.0, 0.1, 1.0)) if pace else 0.0
            return next(moments) in crashes

        return crash

    for fake in (office.ledger, office.objects, office.announcer):
        fake.faults.crash = faulty(fake.faults)
    waiting = deque(deliveries)

    async def work() -> None:
        while waiting:
            result = waiting.popleft()
            try:
                await office.handler()(message(result))
            except* Crash:  # wherever in its tasks it died
                waiting.append(result)  # its lease ends, and it is handed out again

    await asyncio.gather(*[work() for _ in range(aggregators)])
    return end_of(office, next(moments))


@cache
def undisturbed() -> End:
    return deliver(LIFE)


orders = st.permutations([*LIFE, *LIFE]).flatmap(
    # Every result at least once, half of them again.
    lambda twice: st.sampled_from(range(len(LIFE) + 1)).map(lambda more: _at_least_once(twice, more))
)
crashes = st.frozensets(st.integers(0, MOMENTS), max_size=12)


def _at_least_once(twice: Sequence[Result], more: int) -> list[Result]:
    """Each result once, in the order of its first coming, and so many of the repetitions."""
    kept: list[Result] = []
    for result in twice:
        if result not in kept or more > 0:
            more -= result in kept
            kept.append(result)
    return kept


@settings(max_examples=60)
@given(orders)
def test_any_order_and_repetition_gives_the_same_end(deliveries: list[Result]) -> None:
    assert deliver(deliveries) == undisturbed()


@settings(max_examples=60)
@given(orders, crashes)
def test_crashes_between_any_two_calls_give_the_same_end(
    deliveries: list[Result], moments: frozenset[int]
) -> None:
    assert deliver(deliveries, moments) == undisturbed()


@settings(max_examples=60)
@given(orders, crashes, st.integers(2, 6), st.randoms(use_true_random=False))
def test_several_aggregators_at_once_that_crash_give_the_same_end(
    deliveries: list[Result], moments: frozenset[int], aggregators: int, pace: random.Random
) -> None:
    assert deliver(deliveries, moments, aggregators, pace) == undisturbed()


@settings(max_examples=30)
@given(orders, st.randoms(use_true_random=False))
def test_a_result_that_is_handed_out_again_while_it_is_still_worked_on_counts_once(
    deliveries: list[Result], pace: random.Random
) -> None:
    """As when a lease ends too early: each delivery is with two aggregators at a time."""
    twice = [each for result in deliveries for each in (result, result)]
    assert deliver(twice, aggregators=2, pace=pace) == undisturbed()


@pytest.mark.parametrize("first", range(4))  # in parts, for several test processes to share
def test_a_crash_at_each_single_moment_gives_the_same_end(first: int) -> None:
    assert undisturbed().moments < MOMENTS
    for moment in range(first, undisturbed().moments, 4):
        assert deliver(LIFE, frozenset({moment})) == undisturbed()


def stopped(stops: Sequence[float]) -> End:
    """Let a consumer work that is stopped after so many seconds, and follow it by another."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_stopped(stops))


async def _stopped(stops: Sequence[float]) -> End:
    office = await Office(detectors=("logos", "words")).plan()
    for fake in (office.ledger, office.objects, office.announcer):
        fake.faults.latency = CALL
    # A poll is never cut off, so a short one lets the stop come when it is told.
    queue, dead = FakeQueue("results", wait=CALL / 5), FakeQueue("results-dead")
    await queue.send([result.body() for result in LIFE])
    for seconds in (*stops, 3600.0):
        consumer = Consumer(queue, office.handler(), ConsumerOptions(concurrency=4, drain=0.0), dead=dead)
        run = asyncio.create_task(consumer.run())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(queue.until_empty(), seconds)
        consumer.stop()
        await run
        assert queue.visible_bodies == queue.bodies, "something stayed invisible"
    assert dead.bodies == []
    return end_of(office, 0)


@pytest.mark.parametrize("first", range(2))
def test_a_stop_in_the_middle_of_any_call_gives_all_back_and_the_same_end(first: int) -> None:
    for call in range(first, LONGEST_WORK, 2):
        assert stopped([(call + 0.5) * CALL]) == undisturbed()


@settings(max_examples=30)
@given(st.lists(st.floats(0.01, LONGEST_WORK * CALL), max_size=6))
def test_stops_in_a_row_give_the_same_end(stops: list[float]) -> None:
    assert stopped(stops) == undisturbed()


def crowded_digest() -> str:
    """A digest of the books and files of a video that shows eight brands in every frame."""
    brands = tuple(logo(f"Brand {number}") for number in range(8))
    crowded = [
        result.model_copy(update={"detections": brands}) if isinstance(result, FrameDetected) else result
        for result in LIFE
    ]
    end = deliver(crowded)
    return hashlib.sha256(repr((end.chunks, sorted(end.files.items()))).encode()).hexdigest()


@pytest.mark.timeout(300)  # it starts an interpreter, which takes long where many do
def test_another_process_writes_the_same_bytes() -> None:
    """In each the sets of Python have an order of their own."""
    program = f"from {__name__} import crowded_digest; print(crowded_digest())"
    other = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert other.stdout.strip() == crowded_digest()
