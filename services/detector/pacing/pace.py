"""The pace of one replica: calls wait here for their turn, and are counted for what all learn from them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from services.detector.pacing import concurrency, meter
from services.detector.pacing.brake import Brake
from services.detector.pacing.membership import LEASE, NEVER
from services.detector.pacing.meter import Reading
from services.detector.pacing.rate import tells
from services.detector.pacing.slots import Share, next_slot
from shared.models.pool import Window
from shared.telemetry import metrics

AT_ONCE = 0.001  # seconds; a turn that came sooner was not waited for


class StoodDown(Exception):
    """This replica has no share of the rate any more: others examine the frames."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to one call, at the limit of an era."""

    era: int


class Pace:
    """Gives turns at the rate of the share that `use` tells of; `most` bounds the frames in hand."""

    def __init__(self, most: int, clock: Callable[[], float] = time.time) -> None:
        self._most = most
        self._clock = clock
        self._share: Share | None = None
        self._until = 0.0  # on the loop's clock
        self._missed_since: float | None = None  # on the same, when a frame first found no share
        self._changed = asyncio.Event()
        self._turnstile = asyncio.Lock()  # the first to come is the first to go
        self._last_slot = NEVER
        self._brake = Brake()
        self._window = Window()
        self.telling = asyncio.Event()  # what is counted says something about the limit
        self._held_for: float | None = None  # seconds, in the mean of late; None before the first
        self._waited_for: float | None = None
        self._calls = self._throttled = 0
        self._readings = [Reading(_now(), 0, 0, 0.0)]
        self.held = 0  # frames in hand

    # --- the share

    def use(self, share: Share | None, until: float) -> None:
        """Go by this share until then (on the loop's clock), unless told otherwise before."""
        self._read_meter()
        self._until = until
        if share != self._share:
            if share and (self._share is None or share.era != self._share.era):
                self._brake = Brake()
                self._note(Window())
            self._share = share
            self._changed.set()
            self._changed = asyncio.Event()
        if self.rate:
            self._missed_since = None
        metrics.detect_share.set(self.rate)

    @property
    def rate(self) -> float:
        """Calls/s that we may make now."""
        return self._share.rate if self._share and _now() < self._until else 0.0

    @property
    def window(self) -> tuple[int, Window]:
        """The era of our share, and how its calls went that are not yet counted."""
        return (self._share.era if self._share else 0), self._window

    def counted(self, window: Window) -> None:
        """Forget these calls: they are entered where all can see them."""
        self._note(
            Window(
                calls=self._window.calls - window.calls,
                throttled=self._window.throttled - window.throttled,
                waited=self._window.waited - window.waited,
            )
        )

    def _note(self, window: Window) -> None:
        self._window = window
        if tells(window):
            self.telling.set()
        else:
            self.telling.clear()

    # --- frames in hand

    @contextmanager
    def holding(self) -> Iterator[None]:
        """One frame is in hand for the time of the block."""
        self.held += 1
        began = _now()
        try:
            yield
        finally:
            self.held -= 1
            self._held_for = concurrency.running_mean(self._held_for, _now() - began)

    def frames_at_once(self) -> int:
        """How many frames to have in hand: what the rate and the work on each ask for."""
        work = (self._held_for or 0.0) - (self._waited_for or 0.0)
        return concurrency.frames_at_once(self.rate, work, self._most)

    # --- turns

    async def turn(self) -> Turn:
        """Wait until the next call may start; raises `StoodDown` when we have no share for a lease."""
        began, asked = _now(), self._clock()
        async with self._turnstile:
            share = await self._slot(asked)
        waited = _now() - began
        metrics.turn_wait.observe(waited)
        self._waited_for = concurrency.running_mean(self._waited_for, waited)
        self._calls += 1
        window = self._window
        self._note(
            replace(window, calls=window.calls + 1, waited=window.waited + (waited > AT_ONCE)),
        )
        return Turn(share.era)

    def answered(self) -> None:
        """A call went through."""
        self._brake = self._brake.after(throttled=False)

    def throttled(self, turn: Turn) -> None:
        """The call of this turn was throttled."""
        self._throttled += 1
        if self._share and turn.era == self._share.era:
            self._brake = self._brake.after(throttled=True)
            self._note(replace(self._window, throttled=self._window.throttled + 1))

    async def _slot(self, asked: float) -> Share:
        while True:
            share = await self._present_share()
            braked = replace(share, limit=share.limit * self._brake.factor)
            slot = next_slot(braked, self._last_slot, asked, self._clock())
            wait = slot - self._clock()
            if wait <= 0:
                self._last_slot = slot
                return share
            await self._change_within(wait)

    async def _present_share(self) -> Share:
        while self._share is None or not self.rate:
            if self._missed_since is None:
                self._missed_since = _now()
            left = self._missed_since + LEASE - _now()
            if left <= 0:
                raise StoodDown("this replica has no share of the rate")
            await self._change_within(left)
        return self._share

    async def _change_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    # --- what is shown

    def _read_meter(self) -> None:
        now, last = _now(), self._readings[-1]
        allowed = last.allowed + (now - last.at) * (self._share.rate if self._share else 0.0)
        self._readings = meter.recent(self._readings, Reading(now, self._calls, self._throttled, allowed))
        metrics.detect_utilisation.set(meter.utilisation(self._readings))
        metrics.detect_throttled.set(meter.throttled_share(self._readings))


def _now() -> float:
    return asyncio.get_running_loop().time()
