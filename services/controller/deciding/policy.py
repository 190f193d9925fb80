"""What to do with one model, pure: from what is seen to one action and its reason in words.

1. Units: the fewest with which every video is done by its deadline (costs/demand.py); the most allowed if
   none suffice, or if a video was given less than three start-up times.
2. Start when a video has waited for its hold, or when another tick would need another unit. Held work is
   done in one run, which saves start-ups where they are billed.
3. Stop at the first tick without outstanding frames, by the ledger: queue depths are approximate.
4. Restart with more units only if that makes all videos punctual that are late now.
   Never shrink: what a frame costs does not depend on the number of busy units.
5. Stop after three minutes without one success, and rest longer each time.

Above all: a hand at the switch, and the budget. What someone else did to the model is left alone for a while.
"""

from __future__ import annotations

from services.controller.deciding.actions import Action, Wait
from services.controller.deciding.down import while_down
from services.controller.deciding.running import while_running
from services.controller.deciding.view import Rules, View
from shared.models.control import ModelState
from shared.wording import count

STARTABLE = frozenset({ModelState.TRAINING_COMPLETED, ModelState.STOPPED, ModelState.COPYING_COMPLETED})


def decide(view: View, rules: Rules) -> Action:
    """The one thing to do now."""
    match view.state:
        case ModelState.RUNNING:
            return while_running(view, rules)
        case ModelState.STARTING | ModelState.STOPPING:
            return Wait(f"{view.state.lower()}: {view.frames} waiting")
        case _ if not view.works:
            return Wait(f"{view.state.lower()}: nothing to examine")
        case ModelState.FAILED if view.memory.failed_starts >= rules.start_attempts:
            return Wait(
                f"waiting for help: the model failed to start {count(view.memory.failed_starts, 'time')} "
                f"({view.message})"
            )
        case state if state in STARTABLE or state is ModelState.FAILED:
            return while_down(view, rules)
        case state:
            return Wait(f"waiting for help: a model that is {state} cannot be started, {view.frames} waiting")
