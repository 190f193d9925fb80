"""What to do with the model, pure: from what is seen to one action and its reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from shared.control import ModelState

STARTABLE = frozenset({ModelState.TRAINING_COMPLETED, ModelState.STOPPED, ModelState.COPYING_COMPLETED})
PASSING = frozenset({ModelState.STARTING, ModelState.STOPPING})


@dataclass(frozen=True, slots=True)
class View:
    """What the controller sees at one tick."""

    state: ModelState
    message: str  # Rekognition's own words on the state
    outstanding: int  # frames not yet examined
    failed_starts: int  # in a row


@dataclass(frozen=True, slots=True)
class Start:
    """Start the model."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the model."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing."""

    reason: str


Action = Start | Stop | Wait


def decide(view: View, start_attempts: int) -> Action:
    """Run the model exactly while there are frames to examine.

    The ledger says when it is drained: queue depths are approximate and may read zero amid the work.
    """
    frames = f"{view.outstanding:,} frame{'s' if view.outstanding != 1 else ''}"
    match view.state:
        case ModelState.RUNNING if view.outstanding:
            return Wait(f"running: {frames} to examine")
        case ModelState.RUNNING:
            return Stop("stopping: every frame in the ledger is examined")
        case ModelState.FAILED if view.outstanding and view.failed_starts < start_attempts:
            return Start(f"starting again: the last start failed ({view.message})")
        case ModelState.FAILED if view.outstanding:
            return Wait(
                f"waiting for help: the model failed to start {view.failed_starts} times ({view.message})"
            )
        case state if state in PASSING:
            return Wait(f"{state.lower()}: {frames} waiting")
        case state if not view.outstanding:
            return Wait(f"{state.lower()}: nothing to examine")
        case state if state in STARTABLE:
            return Start(f"starting: {frames} to examine")
        case state:
            return Wait(f"waiting for help: a model that is {state} cannot be started, {frames} waiting")
