"""The fake control table: leases and the notice board in memory."""

from __future__ import annotations

from dataclasses import dataclass

from shared.control import Fault, ModelReport
from shared.ledger import LedgerError
from tests.fakes.faults import Faults


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a lease, until when, and in which term."""

    owner: str
    expires: float
    fence: int


class FakeControl:
    """Both `Leases` and `ModelBoard`. Knob: `faults`; the rows are in `leases`, `reports` and `notices`."""

    def __init__(self) -> None:
        self.leases: dict[str, Lease] = {}
        self.reports: dict[str, tuple[ModelReport, int]] = {}  # with the fence of who posted it
        self.refutals: dict[str, float] = {}  # the times of reports
        self.notices: dict[str, Fault] = {}
        self.faults = Faults(LedgerError)

    async def acquire(self, name: str, owner: str, seconds: float, now: float) -> int | None:
        async with self.faults.around("acquire"):
            held = self.leases.get(name, Lease(owner="", expires=float("-inf"), fence=0))
            if held.owner != owner and held.expires >= now:
                return None
            fence = held.fence if held.owner == owner else held.fence + 1
            self.leases[name] = Lease(owner, now + seconds, fence)
            return fence

    async def release(self, name: str, owner: str) -> None:
        async with self.faults.around("release"):
            held = self.leases.get(name)
            if held and held.owner == owner:
                self.leases[name] = Lease("", 0.0, held.fence)

    async def publish(self, report: ModelReport, fence: int) -> bool:
        async with self.faults.around("publish"):
            if report.model in self.reports and self.reports[report.model][1] > fence:
                return False
            self.reports[report.model] = (report, fence)
            return True

    async def report(self, model: str) -> ModelReport | None:
        async with self.faults.around("report"):
            return self.reports[model][0] if model in self.reports else None

    async def refute(self, model: str, report_at: float) -> None:
        async with self.faults.around("refute"):
            self.refutals[model] = report_at

    async def refuted(self, model: str) -> float:
        async with self.faults.around("refuted"):
            return self.refutals.get(model, float("-inf"))

    async def set_fault(self, model: str, fault: Fault | None) -> None:
        async with self.faults.around("set_fault"):
            if fault is None:
                self.notices.pop(model, None)
            else:
                self.notices[model] = fault

    async def fault(self, model: str) -> Fault | None:
        async with self.faults.around("fault"):
            return self.notices.get(model)
