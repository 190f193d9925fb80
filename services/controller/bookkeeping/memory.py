"""What the controller remembers of a model from tick to tick, pure; a new leader reads it and goes on.

Times are seconds since the epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from services.controller.bookkeeping.learning import Throughput
from shared.models.control import ModelState

STARTS_KEPT = 50
FIRST_BACK_OFF = 60.0  # seconds after a failed start; doubles with each further one
FIRST_REST = 600.0  # seconds after a run without success; doubles with each further one
LONGEST_REST = 3600.0
MOST_WORKING = 2000  # videos; a row holds no more than 400 KB

UP = frozenset({ModelState.STARTING, ModelState.RUNNING})
DOWN = frozenset({ModelState.STOPPING, ModelState.STOPPED})


class Asked(StrEnum):
    """What we last asked of Rekognition."""

    NOTHING = "NOTHING"
    START = "START"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class Memory:
    """All that decisions need and Rekognition does not tell."""

    state: ModelState | None = None  # as last seen
    units: int = 0  # that were last seen starting or running
    asked: Asked = Asked.NOTHING
    asked_at: float = 0.0
    stopped_at: float | None = None  # when Rekognition took our stop, until the model is seen to obey
    running_since: float = 0.0
    succeeded_at: float = 0.0  # when a frame was last examined, or the run began
    strange_at: float | None = None  # when someone else last started or stopped the model
    failed_starts: int = 0  # in a row
    stalls: int = 0  # runs in a row that ended without a success
    retry_at: float = 0.0  # no start before
    refusal: str = ""  # AWS's words, when it refused the last start for a quota
    enlarge_to: int = 0  # units that a restart amid the present work was for
    starts: tuple[float, ...] = ()  # how long the last starts took, in seconds
    seen_at: float = 0.0  # when the last look was
    waiting: int = 0  # frames that the model could have examined then
    throughput: Throughput = field(default_factory=Throughput)
    working: tuple[str, ...] = ()  # videos that had outstanding frames then


@dataclass(frozen=True, slots=True)
class Observation:
    """What a tick saw of the model and its work."""

    now: float
    state: ModelState
    units: int
    detected: int  # frames that were examined since the last look, and did not fail
    waiting: int  # frames that the model can examine now: extracted, and not examined
    working: tuple[str, ...]  # videos with outstanding frames


def seen(memory: Memory, look: Observation) -> Memory:
    """The memory after a look: starts that ended, runs that began, and what someone else has done."""
    memory = _strange(memory, look)
    if look.state is ModelState.RUNNING and memory.state is not ModelState.RUNNING:
        memory = _began(memory, look)
    if look.state is ModelState.FAILED and memory.state in UP:
        memory = _failed(memory, look)
    if look.detected:
        memory = _succeeded(memory, look)
    return replace(
        memory,
        state=look.state,
        seen_at=look.now,
        waiting=look.waiting,
        throughput=_throughput(memory, look),
        stopped_at=memory.stopped_at if look.state is ModelState.RUNNING else None,
        units=look.units if look.state in UP else memory.units,
        enlarge_to=memory.enlarge_to if look.working else 0,
        working=look.working[:MOST_WORKING],
    )


def _strange(memory: Memory, look: Observation) -> Memory:
    started = look.state in UP and memory.state not in UP and memory.asked is not Asked.START
    stopped = look.state in DOWN and memory.state in UP and memory.asked is not Asked.STOP
    if started or stopped:
        return replace(memory, asked=Asked.NOTHING, strange_at=look.now)
    return memory


def _began(memory: Memory, look: Observation) -> Memory:
    ours = memory.asked is Asked.START
    starts = (*memory.starts, max(1.0, look.now - memory.asked_at))[-STARTS_KEPT:] if ours else memory.starts
    return replace(
        memory, starts=starts, running_since=look.now, succeeded_at=look.now, failed_starts=0, retry_at=0.0
    )


def _failed(memory: Memory, look: Observation) -> Memory:
    pause = min(LONGEST_REST, FIRST_BACK_OFF * 2**memory.failed_starts)
    return replace(memory, failed_starts=memory.failed_starts + 1, retry_at=look.now + pause)


def _succeeded(memory: Memory, look: Observation) -> Memory:
    """No rest is left: what the last run examined may be told of after its end."""
    retry_at = 0.0 if memory.stalls else memory.retry_at
    return replace(memory, succeeded_at=look.now, stalls=0, retry_at=retry_at)


def _throughput(memory: Memory, look: Observation) -> Throughput:
    """What is known of it after a look; only a model that never ran out of frames shows what it can do."""
    ran = memory.state is look.state is ModelState.RUNNING and memory.units == look.units
    if not (ran and 0 < look.detected < memory.waiting):
        return memory.throughput
    return memory.throughput.after(look.detected, look.units * (look.now - memory.seen_at))


def asked_to_start(memory: Memory, now: float) -> Memory:
    """The memory to keep before a start is asked for."""
    return replace(memory, asked=Asked.START, asked_at=now, strange_at=None, refusal="")


def asked_to_stop(memory: Memory, now: float, stalled: bool, enlarge_to: int) -> Memory:
    """The memory to keep before a stop is asked for; a run without success rests longer each time."""
    memory = replace(memory, asked=Asked.STOP, asked_at=now, strange_at=None)
    if enlarge_to:
        return replace(memory, enlarge_to=enlarge_to)
    if not stalled:
        return memory
    rest = min(LONGEST_REST, FIRST_REST * 2**memory.stalls)
    return replace(memory, stalls=memory.stalls + 1, retry_at=now + rest)


def refused(memory: Memory, now: float, sentence: str) -> Memory:
    """The memory after AWS refused a start for a quota: asked again after a while."""
    return replace(memory, asked=Asked.NOTHING, retry_at=now + FIRST_BACK_OFF, refusal=sentence)
