"""The heartbeat of one replica: renews its place among the senders, and brings what all have learnt.

Whatever is decided is decided in `membership` and `rate`; here it is read, written and passed on to the pace.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from services.detector.gate import Gate
from services.detector.pacing import membership, rate
from services.detector.pacing.membership import ATTEMPT, HEARTBEAT, View
from services.detector.pacing.pace import Pace
from services.detector.pacing.rate import Bounds
from services.detector.pacing.slots import Share
from shared.models.pool import Pool, Pools
from shared.runtime.tasks import beside
from shared.telemetry import metrics
from shared.videos.ledger import LedgerError

log = logging.getLogger(__name__)

CONTENTION_PAUSE = 0.05  # seconds, at most, before a write that another replica has beaten is tried again


class Heartbeat:
    """Keeps `pace` told of the share this replica has; `say` is told its role in words."""

    def __init__(
        self,
        pools: Pools,
        model: str,
        owner: str,
        gate: Gate,
        pace: Pace,
        bounds: Bounds,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pools = pools
        self._model = model
        self._owner = owner
        self._gate = gate
        self._pace = pace
        self._bounds = bounds
        self._say = say
        self._clock = clock
        self._view = View()
        self._leaving = False
        self._is_out = False
        self._receives = asyncio.Event()

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Beat for the time of the block, then leave the senders, so that another can follow at once."""
        async with beside(self._beat_for_ever(), "heartbeat"):
            yield
        self._leaving = True
        await self._beat()

    async def ready(self) -> None:
        """Return as soon as frames are for us to receive."""
        while not (self._gate.is_open and self._receives.is_set()):
            await self._gate.wait_open()
            await self._receives.wait()

    async def _beat_for_ever(self) -> None:
        while True:
            due = _now() + HEARTBEAT
            self._gate.units_changed.clear()
            await self._beat()
            await self._rest(due)

    async def _rest(self, due: float) -> None:
        """Until the next beat is due, or there is something to learn, or the units are others."""
        units = self._gate.units_changed
        if not await _happens(due - HEARTBEAT / 2, units):
            await _happens(due, units, self._pace.telling)

    async def _beat(self) -> None:
        began = _now()
        try:
            async with asyncio.timeout(ATTEMPT):
                await self._attempt()
        except (LedgerError, TimeoutError) as error:
            self._view = membership.unreachable(self._view, began, _now())
            self._log_outage(str(error) or "no answer in time")
        else:
            self._log_outage(None)
        self._tell()

    async def _attempt(self) -> None:
        while True:
            began = _now()
            pool = await self._pools.read(self._model)
            self._view = membership.observed(self._view, self._owner, pool, began, _now())
            self._tell()
            _, window = self._pace.window
            proposed = self._proposed()
            if proposed is None:
                return
            self._view = membership.attempting(self._view, self._owner, proposed)
            began = _now()
            if await self._pools.write(proposed):
                self._pace.counted(window)
                self._view = membership.confirmed(self._view, self._owner, proposed, began)
                return
            await asyncio.sleep(random.uniform(0, CONTENTION_PAUSE))

    def _log_outage(self, reason: str | None) -> None:
        if reason and not self._is_out:
            log.warning("control table out, going on with the share we have", extra={"error": reason})
        elif self._is_out and not reason:
            log.info("control table is back")
        self._is_out = reason is not None

    # --- what is proposed

    def _proposed(self) -> Pool | None:
        now, units = self._clock(), self._gate.units
        pool = self._view.pool or (rate.begin(self._model, units, self._bounds, now) if units else None)
        if pool is None:
            return None  # no model has run yet
        senders = membership.proposal(
            self._view, self._owner, self._stays(), rate.senders(pool, rate.JOIN), _now()
        )
        if senders is None:
            return None
        if {one.owner for one in senders} != {one.owner for one in pool.senders}:
            pool = rate.frozen(pool, now)
        pool = rate.learn(rate.count(pool, *self._pace.window, now), self._bounds, now)
        if units:
            pool = rate.follow(pool, units, self._bounds, now)
        return replace(pool, senders=senders, version=pool.version + 1)

    def _stays(self) -> bool:
        wanted = self._gate.is_open and not self._leaving and not self._is_surplus()
        return wanted or self._pace.held > 0  # what is in hand is examined first

    def _is_surplus(self) -> bool:
        pool = self._view.pool
        place = membership.place(self._view, self._owner)
        return pool is not None and place is not None and place >= rate.senders(pool, rate.STAY)

    # --- what comes of it

    def _tell(self) -> None:
        pool, place = self._view.pool, membership.place(self._view, self._owner)
        share = None
        if pool and place is not None and self._view.share:
            share = Share(pool.limit, place, membership.slots_of(self._view.share), pool.era)
        self._pace.use(share, membership.usable_until(self._view))
        receives = self._pace.rate > 0 and not self._is_surplus() and not self._leaving
        if receives:
            self._receives.set()
        else:
            self._receives.clear()
        metrics.sender.set(receives)
        metrics.detect_limit.set(pool.limit if pool else 0)
        self._say("sending" if receives else "standing by")


async def _happens(by: float, *events: asyncio.Event) -> bool:
    """Whether one of these happens by then; waits for it no longer."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=max(0.0, by - _now()), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
    return any(event.is_set() for event in events)


def _now() -> float:
    return asyncio.get_running_loop().time()
