"""The lead among controllers: taken, kept by beats, and let go of."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from services.controller import lease as rules
from services.controller.lease import LeaseWatch
from shared.models.control import Lease, LeaseTable
from shared.telemetry import metrics
from shared.videos.ledger import LedgerError

log = logging.getLogger(__name__)

LEASE = "controller"


class Leadership:
    """Beats for as long as it runs; `fence` tells whether this process may act now."""

    def __init__(
        self,
        leases: LeaseTable,
        owner: str,
        seconds: float,
        gained: Callable[[], None],
        steady: Callable[[], float] | None = None,
    ) -> None:
        self._leases = leases
        self._owner = owner
        self._seconds = seconds
        self._gained = gained  # told when the lead is gained
        self._steady = steady or asyncio.get_running_loop().time
        self._watch: LeaseWatch | None = None
        self._fence = 0
        self._until = float("-inf")

    @property
    def fence(self) -> int | None:
        """The fence of our term while we may act, else None."""
        return self._fence if self._steady() < self._until else None

    @property
    def act_seconds(self) -> float:
        """How long one act may take before another controller might lead."""
        return rules.ACT * self._seconds

    async def run(self) -> None:
        """Beat until cancelled, then let go of the lead."""
        try:
            while True:
                await self._beat()
                await asyncio.sleep(self._seconds / rules.BEATS)
        finally:
            await self._release()

    async def _beat(self) -> None:
        led = self.fence is not None
        try:
            await self._try()
        except LedgerError as error:
            log.warning("no beat of the lead", extra={"error": str(error)})
        leads = self.fence is not None
        metrics.leader.set(leads)
        if leads and not led:
            log.info("leading", extra={"fence": self._fence})
            self._gained()

    async def _try(self) -> None:
        found = await self._leases.lease(LEASE)
        now = self._steady()
        self._watch = rules.watched(self._watch, found, now)
        claimed = rules.claim(self._watch, self._owner, self._seconds, now)
        if claimed and await self._leases.replace(LEASE, found, claimed):
            self._watch = LeaseWatch(claimed, now)
            self._fence, self._until = claimed.fence, now + rules.ACTING * self._seconds
        elif claimed:
            self._until = float("-inf")  # another was quicker

    async def _release(self) -> None:
        if self._watch is None or self._watch.lease.owner != self._owner:
            return
        self._until = float("-inf")
        held = self._watch.lease
        with contextlib.suppress(LedgerError):  # it runs out by itself
            await self._leases.replace(LEASE, held, Lease("", held.fence, held.beat + 1))
