"""The fake control table: leases and the notice board in memory."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.control import EMPTY, MOST_RECORDS, Fault, Lease, ModelReport, Pause
from shared.videos.ledger import LedgerError
from tests.fakes.faults import Faults


class FakeControl:
    """`LeaseTable` and `ModelBoard`. Knob: `faults`; the rows are in `leases`, `reports`, `records`, …."""

    def __init__(self) -> None:
        self.leases: dict[str, Lease] = {}
        self.reports: dict[str, tuple[ModelReport, int]] = {}  # with the fence of who posted it
        self.refutals: dict[str, float] = {}  # the times of reports
        self.records: dict[str, str] = {}
        self.notices: dict[str, Fault] = {}
        self.pauses: dict[str, Pause] = {}
        self.faults = Faults(LedgerError)

    async def lease(self, name: str) -> Lease:
        async with self.faults.around("lease"):
            return self.leases.get(name, Lease())

    async def replace(self, name: str, old: Lease, new: Lease) -> bool:
        async with self.faults.around("replace"):
            if self.leases.get(name, Lease()) != old:
                return False
            self.leases[name] = new
            return True

    async def publish(self, report: ModelReport, fence: int, records: Mapping[str, str] = EMPTY) -> bool:
        async with self.faults.around("publish"):
            if report.model in self.reports and self.reports[report.model][1] > fence:
                return False
            assert len(records) <= MOST_RECORDS
            self.reports[report.model] = (report, fence)
            self.records |= records
            return True

    async def record(self, key: str) -> str | None:
        async with self.faults.around("record"):
            return self.records.get(key)

    async def report(self, model: str) -> ModelReport | None:
        async with self.faults.around("report"):
            return self.reports[model][0] if model in self.reports else None

    async def refute(self, model: str, report_at: float) -> None:
        async with self.faults.around("refute"):
            self.refutals[model] = max(report_at, self.refutals.get(model, report_at))

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

    async def set_pause(self, model: str, pause: Pause | None) -> None:
        async with self.faults.around("set_pause"):
            if pause is None:
                self.pauses.pop(model, None)
            else:
                self.pauses[model] = pause

    async def pause(self, model: str) -> Pause | None:
        async with self.faults.around("pause"):
            return self.pauses.get(model)
