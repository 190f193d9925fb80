"""Compares our meter with AWS's own: the inference units that CloudWatch counts, where it can be read."""

from __future__ import annotations

import logging

from shared.costs.prices import SECONDS_PER_DAY
from shared.costs.units import UnitCounter, UnitsInService, UnitsUnknown

log = logging.getLogger(__name__)

RECONCILE_SECONDS = 300.0


class Reconciler:
    """Asks now and then what AWS has counted of one model today."""

    def __init__(self, counter: UnitCounter, model: str) -> None:
        self._counter = counter
        self._model = model
        self._asked_at = float("-inf")
        self.units: int | None = None  # in service, by AWS, when last known

    async def count(self, now: float) -> float | None:
        """Unit-seconds of today by AWS; None when it is not time to ask, or not known."""
        if now - self._asked_at < RECONCILE_SECONDS:
            return None
        self._asked_at = now
        found = await self._counted(now)
        self.units = found.latest if found else self.units
        return found.unit_seconds if found and found.latest is not None else None

    async def _counted(self, now: float) -> UnitsInService | None:
        try:
            return await self._counter.in_service(self._model, now - now % SECONDS_PER_DAY, now)
        except UnitsUnknown as error:
            log.debug("not reconciled", extra={"model": self._model, "reason": str(error)})
            return None
