"""A crowd of replicas around one row: requests travel, replies get lost, processes stall, crash and join.

Each replica has a clock of its own, so that nothing can depend on clocks that agree.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace

from services.detector.pacing import membership, rate
from services.detector.pacing.membership import HEARTBEAT, View
from services.detector.pacing.rate import Bounds
from shared.models.pool import Pool, Units

Steps = Iterator[float]  # each is how many seconds pass until the next


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad things are. `outages` are spans of seconds in which nobody reaches the table."""

    latency: float = 0.05  # of a request or a reply, at most
    lost: float = 0.0  # share of replies that never come
    stalls: float = 0.0  # share of steps before which the process stalls
    crashes: float = 0.0  # share of beats after which the process is gone
    cut_off: float = 0.0  # share of attempts in which this replica alone does not reach the table
    outages: tuple[tuple[float, float], ...] = ()
    calm_after: float = float("inf")


@dataclass
class Member:
    """One replica; its view is on its own clock."""

    name: str
    clock_ahead: float
    view: View = field(default_factory=View)
    stays: bool = True
    crashed: bool = False


class Crowd:
    """Replicas that follow `membership` as the heartbeat does, one event after the other."""

    def __init__(self, replicas: int, most: int, weather: Weather, seed: int) -> None:
        self.random = random.Random(seed)
        self.most = most
        self.weather = weather
        self.now = 0.0
        begun = rate.begin("v1", Units(1, 0.0), Bounds(10.0, 50.0), 0.0)
        self.row: Pool = begun
        self.members = [Member(f"r{n}", self.random.uniform(-1e6, 1e6)) for n in range(replicas)]
        self._order = itertools.count()
        self._events: list[tuple[float, int, Member, Steps]] = []
        for member in self.members:
            self._schedule(self.random.uniform(0, HEARTBEAT), member, self._life(member))

    def run(self, until: float) -> Iterator[float]:
        """Let time pass; yields the time after each event."""
        while self._events and self._events[0][0] <= until:
            self.now, _, member, steps = heapq.heappop(self._events)
            if member.crashed:
                continue
            self._schedule(next(steps), member, steps)
            yield self.now
        self.now = until

    def shares(self, cut_off: bool = True) -> dict[str, float]:
        """What each member believes it may use now; `cut_off` ones included or not."""
        return {one.name: share for one in self.members if (share := self._usable(one, cut_off))}

    def _usable(self, member: Member, cut_off: bool) -> float:
        view = member.view if cut_off else replace(member.view, failed_at=membership.NEVER)
        return view.share if self._clock(member) < membership.usable_until(view) else 0.0

    def _clock(self, member: Member) -> float:
        return self.now + member.clock_ahead

    def _schedule(self, after: float, member: Member, steps: Steps) -> None:
        stalls = self._happens(self.weather.stalls)
        pause = after + (self.random.uniform(0, 10) if stalls else 0.0)
        heapq.heappush(self._events, (self.now + pause, next(self._order), member, steps))

    def _happens(self, share: float) -> bool:
        return self.now < self.weather.calm_after and self.random.random() < share

    # --- the life of a replica

    def _life(self, member: Member) -> Steps:
        while True:
            due = self.now + HEARTBEAT
            began = self._clock(member)
            reached = yield from self._attempt(member)
            if not reached:
                yield self.random.uniform(0, 1)
                member.view = membership.unreachable(member.view, began, self._clock(member))
            member.crashed = self._happens(self.weather.crashes)
            yield max(0.0, due - self.now)

    def _attempt(self, member: Member) -> Generator[float, None, bool]:
        unreachable = self._happens(self.weather.cut_off)
        while True:
            began = self._clock(member)
            yield self._travel()
            if unreachable or self._is_out():
                return False
            pool = self.row
            yield self._travel()
            member.view = membership.observed(member.view, member.name, pool, began, self._clock(member))
            senders = membership.proposal(
                member.view, member.name, member.stays, self.most, self._clock(member)
            )
            if senders is None:
                return True
            proposed = replace(pool, senders=senders, version=pool.version + 1)
            member.view = membership.attempting(member.view, member.name, proposed)
            began = self._clock(member)
            yield self._travel()
            if self._is_out():
                return False
            accepted = proposed.version == self.row.version + 1
            self.row = proposed if accepted else self.row
            if self._happens(self.weather.lost):
                return False
            yield self._travel()
            if accepted:
                member.view = membership.confirmed(member.view, member.name, proposed, began)
                return True

    def _travel(self) -> float:
        return self.random.uniform(0, self.weather.latency)

    def _is_out(self) -> bool:
        return any(start <= self.now < end for start, end in self.weather.outages)
