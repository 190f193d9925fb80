"""Exactly once: whatever is repeated, reordered or cut short, the same books and the same files come out."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ledger import ACTIVE, Chunk, Video
from shared.messages import FrameResult, Result
from tests.clock import JumpingLoop
from tests.fakes import Crash
from tests.unit.aggregator.books import ID, Office, a_life, by, message

LIFE = [*a_life(), *by("words", *a_life())]  # of a video with two detectors
FILES = 8
MOMENTS = 300  # before and after calls of the ledger and the object store; the undisturbed life has 190


@dataclass(frozen=True)
class End:
    """All that a video has come to; when it was finished is left out."""

    video: Video
    chunks: dict[int, Chunk]
    results: dict[str, FrameResult]
    files: dict[str, bytes]


def end_of(office: Office) -> End:
    return End(
        replace(office.video, finished_at=None),
        dict(office.ledger.books[ID]),
        dict(office.ledger.results[ID]),
        office.files,
    )


def deliver(deliveries: Sequence[Result], crashes: frozenset[int] = frozenset(), aggregators: int = 1) -> End:
    """Let aggregators work until all deliveries are handled, dying at these moments and starting again."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_deliver(deliveries, crashes, aggregators))


async def _deliver(deliveries: Sequence[Result], crashes: frozenset[int], aggregators: int) -> End:
    office = await Office(detectors=("logos", "words")).plan()
    moments = itertools.count()

    def crash(moment: str, call: str) -> bool:
        assert office.video.state in ACTIVE or len(office.files) == FILES, "ended without its files"
        return next(moments) in crashes

    for fake in (office.ledger, office.objects, office.announcer):
        fake.faults.crash = crash
    waiting = deque(deliveries)

    async def work() -> None:
        while waiting:
            result = waiting.popleft()
            try:
                await office.handler()(message(result))
            except* Crash:  # wherever in its tasks it died
                waiting.append(result)  # its lease ends, and it is handed out again

    await asyncio.gather(*[work() for _ in range(aggregators)])
    return end_of(office)


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
@given(orders, crashes, st.integers(2, 6))
def test_several_aggregators_at_once_that_crash_give_the_same_end(
    deliveries: list[Result], moments: frozenset[int], aggregators: int
) -> None:
    assert deliver(deliveries, moments, aggregators) == undisturbed()


def test_a_crash_at_each_single_moment_gives_the_same_end() -> None:
    for moment in range(MOMENTS // 2):
        assert deliver(LIFE, frozenset({moment})) == undisturbed()
