"""What to do with a model that runs, pure: stop it for a reason, or let it run."""

from __future__ import annotations

from services.controller.deciding.actions import Action, Cause, Stop, Wait
from services.controller.deciding.budget import to_stop
from services.controller.deciding.view import Rules, View
from services.controller.deciding.words import clock
from shared.costs.demand import demand, frames
from shared.wording import count

STALL_SECONDS = 180.0
NEAR_LATE = 0.8  # of the time a restart takes: later it would come too late
LEAST_SPARE = 0.05  # of the time a video is given


def while_running(view: View, rules: Rules) -> Action:
    if view.paused:
        return Stop(f"stopping: {view.paused}", Cause.PAUSED)
    if view.budget.left < to_stop(view.units, rules.tick):
        return Stop(f"stopping for the budget: {view.budget.words}", Cause.BUDGET)
    if not view.works:
        return _idle(view, rules)
    if view.now - view.memory.succeeded_at >= STALL_SECONDS:
        return Stop(
            f"stopping: {view.frames} to examine, but none was in {STALL_SECONDS / 60:.0f} minutes",
            Cause.STALLED,
        )
    return _larger(view) or Wait(_progress(view))


def _idle(view: View, rules: Rules) -> Action:
    until = view.respected_until(rules)
    if view.now < until:
        return Wait(
            f"running without work, as someone else started it: to be stopped at {clock(until, view.now)}"
        )
    return Stop("stopping: every frame in the ledger is examined", Cause.DONE)


def _larger(view: View) -> Action | None:
    """A restart with more units, while a reserve is being used up and the video can still be saved."""
    rate, outage, needs = view.capacity.unit_rate, view.outage, demand(view.works)
    spare = needs.slack(view.units, rate, view.now)
    if spare >= max(NEAR_LATE * outage, LEAST_SPARE * min(work.given for work in view.works)):
        return None
    after = {
        units: needs.slack(units, rate, view.now + outage)
        for units in range(view.units + 1, view.capacity.most_units + 1)
    }
    punctual = [units for units, left in after.items() if left >= 0]
    helpful = [units for units, left in after.items() if spare < 0 and left > spare / 2]
    if not (punctual or helpful):
        return None
    units = punctual[0] if punctual else helpful[-1]
    return Stop(
        f"restarting larger: with {view.frames}, {count(view.units, 'unit')} leave {spare / 60:.0f} minutes "
        f"to {view.deadline}, and {count(units, 'unit')} do better",
        Cause.ENLARGED,
        units,
    )


def _progress(view: View) -> str:
    seconds = frames(view.works) / (view.units * view.capacity.unit_rate)
    return (
        f"running: {view.frames} to examine with {count(view.units, 'unit')}, "
        f"done about {clock(view.now + seconds, view.now)}"
    )
