"""Looks at the whole installation, once for all who watch.

A part that cannot be read stays as it was seen last, and why it could not is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from services.dashboard.live.costs import Costs
from services.dashboard.live.following import Following
from services.dashboard.live.model_look import ModelLook, look_at
from services.dashboard.live.replicas import Replica
from services.dashboard.live.roll import Roll
from shared.config.detectors import DetectorSpec, ModelSpec
from shared.messaging.queue import Depth, Queue, QueueError
from shared.models.control import ModelBoard
from shared.models.pool import Pools
from shared.videos import snapshot
from shared.videos.ledger import LedgerError, Videos
from shared.videos.snapshot import Snapshot

FRESH_SECONDS = 0.9  # a look that is no older serves whoever asks

Part = TypeVar("Part")
NOTHING = Snapshot()


@dataclass(frozen=True, slots=True)
class Observation:
    """The installation at one moment. Times are seconds since the epoch."""

    at: float = 0.0
    snapshot: Snapshot = NOTHING
    models: tuple[ModelLook, ...] = ()
    depths: Mapping[str, Depth] = field(default_factory=dict)
    busy_since: Mapping[str, float] = field(default_factory=dict)  # queues seen with messages ever since
    replicas: tuple[Replica, ...] = ()
    before: tuple[Replica, ...] = ()  # as they were at the look before
    costs: Mapping[str, float] = field(default_factory=dict)  # dollars by video
    troubles: tuple[str, ...] = ()  # why parts could not be read


class Asking(Protocol):
    """Looks at all replicas."""

    async def look(self, now: float) -> tuple[Replica, ...]:
        """Every replica as it is now."""
        ...


class Observer:
    """Looks when somebody asks, and at most about once a second."""

    def __init__(
        self,
        videos: Videos,
        board: ModelBoard,
        pools: Pools,
        specs: Sequence[DetectorSpec],
        queues: Mapping[str, Queue],
        replicas: Asking,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._board = board
        self._pools = pools
        self._specs = specs
        self._models = {
            spec.key: spec.name for spec in specs if isinstance(spec, ModelSpec) and spec.model_arn
        }
        self._queues = queues
        self._replicas = replicas
        self._clock = clock
        self._roll = Roll(videos)
        self._following = Following(videos)
        self._costs = Costs(board, tuple(self._models))
        self._last = Observation(models=tuple(ModelLook(*model) for model in self._models.items()))
        self._looking = asyncio.Lock()

    async def look(self) -> Observation:
        """The installation as it is now, or was a moment ago."""
        async with self._looking:
            if self._clock() - self._last.at > FRESH_SECONDS:
                self._last = await self._look_anew(self._clock())
            return self._last

    async def _look_anew(self, now: float) -> Observation:
        last = self._last
        troubles: list[str] = []
        seen, models, depths, replicas = await asyncio.gather(
            _unless_it_fails(self._snapshot(now), last.snapshot, troubles),
            _unless_it_fails(self._models_now(now), last.models, troubles),
            _unless_it_fails(self._depths(), last.depths, troubles),
            self._replicas.look(now),
        )
        videos = [progress.video for progress in seen.videos]
        costs = await _unless_it_fails(self._costs.look(videos, now), last.costs, troubles)
        busy = [kind for kind, depth in depths.items() if depth.total]
        return Observation(
            at=now,
            snapshot=seen,
            models=models,
            depths=depths,
            busy_since={kind: last.busy_since.get(kind, now) for kind in busy},
            replicas=replicas,
            before=last.replicas,
            costs=costs,
            troubles=tuple(dict.fromkeys(troubles)),
        )

    async def _snapshot(self, now: float) -> Snapshot:
        videos = await self._following.look(await self._roll.call(now))
        return Snapshot(tuple(videos), await snapshot.detectors(self._board, self._pools, self._specs))

    async def _models_now(self, now: float) -> tuple[ModelLook, ...]:
        looks = [look_at(self._board, name, detector, now) for name, detector in self._models.items()]
        return tuple(await asyncio.gather(*looks))

    async def _depths(self) -> Mapping[str, Depth]:
        depths = await asyncio.gather(*[queue.depth() for queue in self._queues.values()])
        return dict(zip(self._queues, depths, strict=True))


async def _unless_it_fails(reading: Awaitable[Part], last: Part, troubles: list[str]) -> Part:
    try:
        return await reading
    except (LedgerError, QueueError) as error:
        troubles.append(str(error))
        return last
