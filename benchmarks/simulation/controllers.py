"""Who looks after the simulated model: the shipped policy, and the rivals it is measured against."""

from __future__ import annotations

import math
from dataclasses import dataclass

from benchmarks.simulation.world import TICK, World
from services.controller.bookkeeping.learning import start_seconds
from services.controller.bookkeeping.memory import Memory, Observation, asked_to_start, asked_to_stop, seen
from services.controller.deciding.actions import Cause, Start, Stop
from services.controller.deciding.policy import decide
from services.controller.deciding.view import Rules, StartBilling, View
from shared.costs.demand import Capacity, frames
from shared.models.control import ModelState

LEARNING = 60.0  # unit-seconds
COOL_DOWN = 300.0  # seconds without work after which the rivals stop, KEDA's default


class Shipped:
    """The policy of services/controller as it is, which is told the true frame rate, or one that is wrong.

    The pool of detectors learns the rate within a minute of running; with `learns` false it never does, and
    the controller is left with what it sees itself.
    """

    def __init__(
        self,
        billing: StartBilling,
        hold: float | None = None,
        presumed: float = 1.0,  # of the true rate, until it is learnt
        learns: bool = True,
    ) -> None:
        self._rules = Rules(tick=TICK, hold=hold, billing=billing)
        self._presumed = presumed
        self._learns = learns
        self._memory = Memory()
        self._examined = 0
        self.reason = ""

    def __call__(self, world: World) -> None:
        works, examined = world.works, int(world.examined)
        newly, waiting = examined - self._examined, frames(works)
        working = tuple(work.video_id for work in works)
        look = Observation(world.now, world.state, world.units, newly, waiting, working)
        self._memory, self._examined = seen(self._memory, look), examined
        capacity = Capacity(
            self._unit_rate(world),
            start_seconds(self._memory.starts),
            world.trace.most_units,
        )
        view = View(world.now, world.state, "", world.units, works, capacity, self._memory)
        action = decide(view, self._rules)
        self.reason = action.reason
        match action:
            case Start():
                self._memory = asked_to_start(self._memory, world.now)
                world.start(action.units)
            case Stop():
                self._memory = asked_to_stop(
                    self._memory, world.now, action.cause is Cause.STALLED, action.enlarge_to
                )
                world.stop()

    def _unit_rate(self, world: World) -> float:
        true = world.trace.unit_rate
        if self._learns and world.tally.running > LEARNING:
            return true
        return self._memory.throughput.unit_rate(true * self._presumed)


@dataclass(slots=True)
class AlwaysOn:
    """So many units from the first midnight to the last."""

    units: int

    def __call__(self, world: World) -> None:
        if world.state is ModelState.STOPPED and not world.done:
            world.state, world.units = ModelState.RUNNING, self.units  # it has run since before
        elif world.done and world.now >= world.trace.days and world.state is ModelState.RUNNING:
            world.stop()


@dataclass(slots=True)
class Idling:
    """One unit from the first frame until there was none for so long: a threshold of one, or ski rental.

    Ski rental waits as long as a start-up costs, which is at most twice as dear as knowing when work comes.
    """

    seconds: float
    _idle_since: float | None = None

    def __call__(self, world: World) -> None:
        self._idle_since = None if world.backlog else self._idle_since or world.now
        if world.backlog and world.state is ModelState.STOPPED:
            world.start(1)
        idle = world.now - self._idle_since if self._idle_since else 0.0
        if idle >= self.seconds and world.state is ModelState.RUNNING:
            world.stop()


@dataclass(slots=True)
class Keda:
    """KEDA's SQS scaler: ceil(queue / target) units, scaled to none after the cool-down.

    `elastic` grants what Rekognition does not offer, units that come and go while the model runs; without it
    more units take a restart. The target is what a unit examines in ten minutes.
    """

    elastic: bool
    _idle_since: float | None = None

    def __call__(self, world: World) -> None:
        target = 600.0 * world.trace.unit_rate
        wanted = min(world.trace.most_units, math.ceil(world.frames / target))
        self._idle_since = None if wanted else self._idle_since or world.now
        if world.state is ModelState.STOPPED and wanted:
            world.start(wanted)
        elif world.state is ModelState.RUNNING:
            self._running(world, wanted)

    def _running(self, world: World, wanted: int) -> None:
        if self._idle_since and world.now - self._idle_since >= COOL_DOWN:
            world.stop()
        elif self.elastic:
            world.units = max(1, wanted)
        elif wanted > world.units:
            world.stop()
