"""Puts together what is seen of one model: by Rekognition, the ledger, the detectors, and at the switch."""

from __future__ import annotations

from collections.abc import Sequence

from services.controller.bookkeeping.learning import start_seconds
from services.controller.bookkeeping.memory import UP, Memory, Observation, seen
from services.controller.deciding.view import View
from services.controller.managed import Managed
from services.controller.seeing.workload import VideoWork
from shared.costs.demand import Capacity
from shared.models.control import ModelBoard
from shared.models.pool import Pools
from shared.models.rekognition import ModelStatus


class Sight:
    """Sees one model; remembers how far its videos were at the last look."""

    def __init__(self, managed: Managed, board: ModelBoard, pools: Pools) -> None:
        self._managed = managed
        self._board = board
        self._pools = pools
        self._detected: dict[str, int] = {}  # frames that did not fail, by video

    async def view(
        self, status: ModelStatus, units: int, workload: Sequence[VideoWork], memory: Memory, now: float
    ) -> View:
        """What a decision rests on, with the memory after this look; raises `LedgerError`."""
        detector = self._managed.detector
        works = tuple(work for each in workload if (work := each.work(detector)).frames)
        look = Observation(
            now=now,
            state=status.state,
            units=max(1, units) if status.state in UP else 0,
            detected=self._newly_detected(workload),
            waiting=sum(each.waiting(detector) for each in workload),
            working=tuple(work.video_id for work in works),
        )
        memory = seen(memory, look)
        pause = await self._board.pause(self._managed.name)
        return View(
            now=now,
            state=status.state,
            message=status.message,
            units=look.units,
            works=works,
            capacity=await self._capacity(memory),
            memory=memory,
            paused=pause.reason if pause else None,
        )

    async def _capacity(self, memory: Memory) -> Capacity:
        pool = await self._pools.read(self._managed.name)
        by_ledger = memory.throughput.unit_rate(self._managed.unit_rate)
        return Capacity(
            unit_rate=pool.per_unit if pool and pool.learnt else by_ledger,
            start_seconds=start_seconds(memory.starts),
            most_units=self._managed.most_units,
        )

    def _newly_detected(self, workload: Sequence[VideoWork]) -> int:
        detected = {each.video.video_id: each.detected(self._managed.detector) for each in workload}
        known, self._detected = self._detected, detected
        return sum(max(0, total - known.get(video_id, total)) for video_id, total in detected.items())
