"""What to do with a model that could be started, pure: start it, or say what it waits for."""

from __future__ import annotations

from services.controller.deciding.actions import Action, Start, Wait
from services.controller.deciding.budget import affordable
from services.controller.deciding.view import Rules, View
from services.controller.deciding.words import clock
from shared.costs.demand import Reserve, demand
from shared.models.control import ModelState
from shared.wording import count

SHORT_OF_STARTS = 3  # a video given less than so many start-up times has no time to be clever with
RESERVE = 0.1  # of the time a video is given, beside the time of one restart


def while_down(view: View, rules: Rules) -> Action:
    return _barred(view, rules) or _by_demand(view, rules)


def _barred(view: View, rules: Rules) -> Action | None:
    """Why the model must not be started now, however much work there is."""
    if view.paused:
        return Wait(f"stopped: {view.paused}; {view.frames} waiting")
    respected = view.respected_until(rules)
    if view.now < respected:
        at = clock(respected, view.now)
        return Wait(f"someone else stopped the model: left alone until {at}, {view.frames} waiting")
    if view.now < view.memory.retry_at:
        return Wait(f"resting until {clock(view.memory.retry_at, view.now)}: {_trouble(view)}")
    if not affordable(view.budget.left, 1, rules.tick):
        return Wait(
            f"out of budget until {clock(view.budget.renewed_at, view.now)}: {view.budget.words}, "
            f"{view.frames} waiting"
        )
    return None


def _trouble(view: View) -> str:
    memory = view.memory
    if memory.refusal:
        return (
            f"AWS allows no such start: stop another model, or ask AWS for a higher quota ({memory.refusal})"
        )
    if memory.failed_starts:
        return f"{count(memory.failed_starts, 'start')} failed ({view.message})"
    return f"{count(memory.stalls, 'run')} ended without a success, {view.frames} waiting"


def _by_demand(view: View, rules: Rules) -> Action:
    capacity = view.capacity
    ready_at = view.now + capacity.start_seconds
    hurried = any(work.given < SHORT_OF_STARTS * capacity.start_seconds for work in view.works)
    needs = demand(view.works, Reserve(RESERVE, view.outage))
    needed = None if hurried else needs.units_needed(capacity, ready_at)
    if needed is None:
        return _start(view, rules, capacity.most_units, "the most allowed, as time is short")
    spare = needs.slack(needed, capacity.unit_rate, ready_at)
    held_until = min(work.arrived_at + rules.hold_of(work) for work in view.works)
    start_at = min(view.now + spare, held_until)
    needed = max(needed, view.memory.enlarge_to)
    if view.memory.enlarge_to or start_at <= view.now + rules.tick:
        return _start(view, rules, needed, f"enough to meet {view.deadline}")
    return Wait(
        f"waiting: the backlog of {view.frames} needs {count(needed, 'unit')} "
        f"at {clock(start_at, view.now)} to meet {view.deadline}"
    )


def _start(view: View, rules: Rules, wanted: int, why: str) -> Start:
    units = affordable(view.budget.left, wanted, rules.tick)
    if units < wanted:
        why = f"all that the budget allows: {view.budget.words}"
    most = affordable(view.budget.left, view.capacity.most_units, rules.tick)
    again = "starting again" if view.state is ModelState.FAILED else "starting"
    return Start(
        f"{again}: {view.frames} to examine with {count(units, 'unit')}, {why}",
        units,
        most if rules.elastic else units,
    )
