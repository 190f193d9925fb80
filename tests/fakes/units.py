"""The fake CloudWatch: units in service as tests put them, minute by minute."""

from __future__ import annotations

from shared.aws.cloudwatch import PERIOD
from shared.costs.units import UnitsInService, UnitsUnknown
from tests.fakes.faults import Faults


class FakeUnits:
    """`UnitCounter`. Knobs: `faults`; `minutes` holds the average of each minute by its beginning."""

    def __init__(self) -> None:
        self.minutes: dict[str, dict[float, float]] = {}
        self.faults = Faults(UnitsUnknown)

    async def in_service(self, model: str, since: float, until: float) -> UnitsInService:
        async with self.faults.around("in_service"):
            points = [
                units for at, units in sorted(self.minutes.get(model, {}).items()) if since <= at < until
            ]
            return UnitsInService(sum(points) * PERIOD, round(points[-1]) if points else None)
