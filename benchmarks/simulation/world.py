"""The simulated world: a model that takes its time to start and stop, and videos served the one due first.

Start-up times are log-normal with a median of ten minutes and a 95th percentile of nineteen, at most thirty;
stops take one to four minutes. Between two ticks everything happens at its exact time.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.simulation.traces import Trace
from shared.costs.demand import Work
from shared.costs.prices import running_cost
from shared.models.control import ModelState

TICK = 10.0
MEDIAN_START, SPREAD, LONGEST_START = 600.0, 0.39, 1800.0
SHORTEST_STOP, LONGEST_STOP = 60.0, 240.0


@dataclass(slots=True)
class Backlog:
    """A video's frames that are still to be examined; ordered by deadline."""

    due_at: float
    arrived_at: float
    number: int
    frames: float
    _work: Work | None = None  # as last shown

    def __lt__(self, other: Backlog) -> bool:
        return (self.due_at, self.number) < (other.due_at, other.number)

    @property
    def work(self) -> Work:
        frames = math.ceil(self.frames)
        if self._work is None or self._work.frames != frames:
            self._work = Work(str(self.number), frames, self.arrived_at, self.due_at)
        return self._work


@dataclass(slots=True)
class Tally:
    """What came of a run: unit-seconds, and how punctual it was."""

    running: float = 0.0  # unit-seconds
    starting: float = 0.0  # unit-seconds, billed or not
    starts: int = 0
    videos: int = 0
    late: int = 0
    ages: list[float] = field(default_factory=list)  # seconds from arrival to the last frame
    broken_off: int = 0  # stops amid work
    oscillations: int = 0  # … after which the same work was taken up with no more units than before

    def cost(self, billed: bool) -> float:
        """Dollars at AWS's list price, with the start-ups or without."""
        return running_cost(self.running + (self.starting if billed else 0.0))


class World:
    """One model and its backlog, moved on by `advance`, told what to do by `start`, `stop` and `resize`."""

    def __init__(self, trace: Trace, seed: int = 0, median_start: float = MEDIAN_START) -> None:
        self.trace = trace
        self.now = 0.0
        self.state = ModelState.STOPPED
        self.units = 0
        self.tally = Tally()
        self.examined = 0.0  # frames so far
        self.backlog: list[Backlog] = []
        self._changes_at = math.inf  # when STARTING or STOPPING ends
        self._arrivals = list(enumerate(trace.arrivals))[::-1]
        self._chance = random.Random(f"{trace.name}:{seed}")
        self._median_start = median_start
        self._broken_off = 0  # units that the present work was broken off with

    # --- what a controller may see and do

    @property
    def works(self) -> tuple[Work, ...]:
        return tuple(entry.work for entry in self.backlog)

    @property
    def frames(self) -> float:
        return sum(entry.frames for entry in self.backlog)

    def start(self, units: int) -> None:
        drawn = self._median_start * math.exp(self._chance.gauss(0, SPREAD))
        self._changes_at = self.now + min(drawn, LONGEST_START * self._median_start / MEDIAN_START)
        self.state, self.units = ModelState.STARTING, units
        self.tally.starts += 1
        self.tally.oscillations += units <= self._broken_off

    def stop(self) -> None:
        if self.backlog:
            self.tally.broken_off += 1
            self._broken_off = self.units
        self._changes_at = self.now + self._chance.uniform(SHORTEST_STOP, LONGEST_STOP)
        self.state, self.units = ModelState.STOPPING, 0

    # --- the passing of time

    @property
    def next_arrival(self) -> float:
        return self._arrivals[-1][1][0] if self._arrivals else math.inf

    @property
    def done(self) -> bool:
        """Every frame of the trace is examined."""
        return not (self._arrivals or self.backlog)

    @property
    def over(self) -> bool:
        """All is done and the model is off."""
        return self.done and self.state is ModelState.STOPPED

    def advance(self, to: float) -> None:
        """Let time pass."""
        while self.now < to:
            until = min(to, self._changes_at, self.next_arrival)
            self._pass(until)
            if until == self._changes_at:
                starting = self.state is ModelState.STARTING
                self.state = ModelState.RUNNING if starting else ModelState.STOPPED
                self._changes_at = math.inf
            while self.next_arrival <= self.now:
                self._arrive()

    def _arrive(self) -> None:
        number, (at, frames) = self._arrivals.pop()
        heapq.heappush(self.backlog, Backlog(at + self.trace.given, at, number, float(frames)))

    def _pass(self, until: float) -> None:
        elapsed = until - self.now
        if self.state is ModelState.STARTING:
            self.tally.starting += self.units * elapsed
        if self.state is ModelState.RUNNING:
            self.tally.running += self.units * elapsed
            self._serve(self.units * self.trace.unit_rate, elapsed)
        self.now = until

    def _serve(self, rate: float, seconds: float) -> None:
        at, left = self.now, seconds
        while self.backlog and left > 0:
            first = self.backlog[0]
            took = min(left, first.frames / rate)
            first.frames -= took * rate
            self.examined += took * rate
            at, left = at + took, left - took
            if first.frames > 1e-6:
                return
            heapq.heappop(self.backlog)
            self._finished(first, at)
        if not self.backlog:
            self._broken_off = 0

    def _finished(self, video: Backlog, at: float) -> None:
        self.tally.videos += 1
        self.tally.late += at > video.due_at + 1e-6
        self.tally.ages.append(at - video.arrived_at)


Control = Callable[[World], None]  # called once a tick


def simulate(world: World, *controls: Control) -> Tally:
    """Tick until all is done and the model is off; each tick calls every control in order."""
    while not world.over:
        idle = world.state is ModelState.STOPPED and not world.backlog
        at = max(world.now + TICK, world.next_arrival if idle else 0.0)
        world.advance(math.ceil(at / TICK) * TICK)
        for control in controls:
            control(world)
    return world.tally
