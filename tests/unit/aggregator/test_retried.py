"""Failures are tried again while aggregators work: a video ends as its books say, whoever is overtaken."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.aggregator.finishing import Finisher
from services.aggregator.outcome.summary import brand_rows, error_of
from services.aggregator.stills import FrameReader
from shared.messaging.endings import Retry
from shared.messaging.messages import FrameReady, FrameResult, Result, parse
from shared.videos.ledger import LedgerError
from shared.videos.retry import NotRetried, retry
from tests.clock import JumpingLoop
from tests.fakes import FakeQueue
from tests.fakes.faults import Faults
from tests.unit.aggregator.books import (
    BUCKET,
    FRAMES,
    ID,
    Office,
    detected,
    extracted,
    failed,
    logo,
    message,
)

LIFE = [
    extracted(0),
    *[detected(0), failed(1), detected(2, "Acme"), failed(3)],
    extracted(1),
    *[detected(4, "Bolt"), failed(5), detected(6), detected(7)],
]
PACES = (0.0, 0.01, 0.1, 1.0, 20.0)  # seconds that a call may take
LOOK = 0.05  # seconds between two looks for work


class OneThread(JumpingLoop):
    """Does at once what is meant for other threads, so that all comes in the same order each time."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        done = self.create_future()
        done.set_result(func(*args))
        return done


class Night:
    """A video whose failures somebody tries again and again while aggregators, slow and quick, count."""

    def __init__(self, deliveries: Sequence[Result], chance: random.Random) -> None:
        self.office = Office(chunks=2)
        self.chance = chance
        self.results = deque(deliveries)
        self.frames = FakeQueue("frames-logos")
        self.is_asking = self.is_detecting = True

    async def last(self, aggregators: int, rounds: int) -> None:
        await self.office.plan()
        office = self.office
        for each in (office.ledger, office.objects, office.announcer, self.frames):
            each.faults.crash = self._pace(each.faults)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(aggregators):
                tasks.create_task(self._count())
            tasks.create_task(self._detect())
            for _ in range(rounds):
                await asyncio.sleep(self.chance.choice(PACES))
                await self._try_again()
            self.is_asking = False

    def _pace(self, faults: Faults) -> Callable[[str, str], bool]:
        """Let every call take another time."""

        def never(moment: str, call: str) -> bool:
            faults.latency = self.chance.choice(PACES)
            return False

        return never

    async def _count(self) -> None:
        while self.results or self.is_detecting:
            if self.results:
                await self._handle(self.results.popleft())
            else:
                await asyncio.sleep(LOOK)

    async def _handle(self, result: Result) -> None:
        try:
            await self.office.handler()(message(result))
        except Retry:
            self.results.append(result)

    async def _detect(self) -> None:
        examined = 0
        while self.is_asking or examined < len(self.frames.sent):
            if examined < len(self.frames.sent):
                self.results.append(self._result(self.frames.sent[examined][0]))
                examined += 1
            else:
                await asyncio.sleep(LOOK)
        self.is_detecting = False

    def _result(self, body: str) -> FrameResult:
        frame = parse(body)
        assert isinstance(frame, FrameReady)
        # One of them may be all that takes a brand off the screen, or makes the same failure another one.
        unsure = logo("Bolt").model_copy(update={"confidence": 45.0})
        return self.chance.choice(
            (
                detected(frame.instant, "Acme"),
                detected(frame.instant).model_copy(update={"detections": (unsure,)}),
                failed(frame.instant, "the model is gone"),
            )
        )

    async def _try_again(self) -> None:
        ledger = self.office.ledger
        try:
            await retry(ledger, {"logos": self.frames}, FRAMES, self.office.video)
        except NotRetried:
            pass
        except LedgerError:  # it says to try again
            await self._try_again()


@settings(max_examples=200)
@given(st.permutations(LIFE), st.integers(1, 4), st.integers(0, 4), st.integers(0, 2**32).map(random.Random))
def test_a_video_ends_as_its_books_say(
    deliveries: list[Result], aggregators: int, rounds: int, chance: random.Random
) -> None:
    with asyncio.Runner(loop_factory=OneThread) as runner:
        runner.run(_as_its_books_say(Night(deliveries, chance), aggregators, rounds))


async def _as_its_books_say(night: Night, aggregators: int, rounds: int) -> None:
    await night.last(aggregators, rounds)
    office, anew = night.office, Office()
    finisher = Finisher(office.ledger, anew.objects, FrameReader(office.objects, FRAMES), BUCKET)
    outcome = await finisher.finish(office.video, list(office.ledger.books[ID].values()))
    assert (office.video.state, office.video.error) == (outcome.state, error_of(outcome.books))
    assert office.files == anew.files
    assert list(office.ledger.brands.values()) == brand_rows(outcome)
    told = office.announcer.told[-1]
    assert (told.state, told.error) == (office.video.state, office.video.error)
