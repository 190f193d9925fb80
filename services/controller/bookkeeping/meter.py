"""The meter, pure: from two looks at a model to the unit-seconds it ran and passed in between.

What we did ourselves is metered from the moment we asked; what happened by itself between two looks is taken
to have happened halfway, which errs to either side alike. Times are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import replace

from services.controller.bookkeeping.memory import DOWN, UP, Asked, Memory
from shared.costs.usage import DayUse
from shared.models.control import ModelReport, ModelState

PASSING = frozenset({ModelState.STARTING, ModelState.STOPPING})
Span = tuple[ModelState, float]  # a state, and for how many seconds


def metered(
    use: DayUse, last: ModelReport | None, memory: Memory, state: ModelState, units: int, now: float
) -> DayUse:
    """A day's use with the time since the last look, when `memory` was kept; `units` as of now, if known."""
    if last is None:
        return use
    counted = units or memory.units
    spent = spans(last, memory, state, now)
    ran = sum(time for spent_in, time in spent if spent_in is ModelState.RUNNING)
    passed = sum(time for spent_in, time in spent if spent_in in PASSING)
    return replace(
        use,
        running=use.running + counted * ran,
        passing=use.passing + counted * passed,
        starts=use.starts + (state in UP and last.state not in UP),
    )


def spans(last: ModelReport, memory: Memory, state: ModelState, now: float) -> list[Span]:
    """The states the model went through since the last look, and for how long each."""
    elapsed = max(0.0, now - last.at)
    if last.state is state is ModelState.RUNNING and memory.stopped_at is not None:
        # An old answer: Rekognition took the stop, but does not tell it everywhere at once.
        ran = min(elapsed, max(0.0, memory.stopped_at - last.at))
        return [(state, ran), (ModelState.STOPPING, elapsed - ran)]
    if last.state is state:
        return [(state, elapsed)]
    asked_for = min(elapsed, max(0.0, now - memory.asked_at))  # how long ago we asked
    if memory.asked is Asked.START and state in UP and last.state not in UP:
        return _started(state, asked_for)
    if memory.asked is Asked.STOP and state in DOWN and last.state is ModelState.RUNNING:
        return [(ModelState.RUNNING, elapsed - asked_for), *_stopped(state, asked_for)]
    return [(last.state, elapsed / 2), (state, elapsed / 2)]


def _started(state: ModelState, seconds: float) -> list[Span]:
    if state is ModelState.STARTING:
        return [(state, seconds)]
    return [(ModelState.STARTING, seconds / 2), (state, seconds / 2)]


def _stopped(state: ModelState, seconds: float) -> list[Span]:
    if state is ModelState.STOPPING:
        return [(state, seconds)]
    return [(ModelState.STOPPING, seconds / 2), (state, seconds / 2)]
