"""The pipeline as the page shows it, pure: queues, services, the model and its money, out of one look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.dashboard.live.observer import Look
from services.dashboard.live.rates import Pace, pace
from services.dashboard.live.words import ago, many
from shared.control import ModelState
from shared.costs import DOLLARS_PER_UNIT_HOUR, running_cost

WHAT_THEY_DO = {
    "extractor": "cuts videos into frames",
    "detector": "asks which logos a frame shows",
    "aggregator": "keeps the books, writes results",
    "controller": "runs the model while it has work",
}
_TONES = {
    ModelState.RUNNING: "good",
    ModelState.STARTING: "busy",
    ModelState.STOPPING: "busy",
    ModelState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class QueueBox:
    """One queue; `age` says for how long it has not been empty, as far as this page saw."""

    kind: str
    waiting: int
    in_work: int
    dead: int
    age: str


@dataclass(frozen=True, slots=True)
class ServiceBox:
    """One service with all its replicas; `tone` is good, busy, bad or idle."""

    name: str
    task: str
    ready: int
    replicas: int
    rate: str
    tone: str


@dataclass(frozen=True, slots=True)
class ModelBox:
    """The model and what it costs."""

    name: str
    state: str
    tone: str
    units: int
    reason: str
    outstanding: int
    dollars: float  # so far, by our meter
    dollars_today: float
    paused: str  # why a hand keeps it stopped, empty when none does
    dollars_per_hour: float  # at this moment
    throttled: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All boxes of the picture."""

    queues: dict[str, QueueBox]
    services: dict[str, ServiceBox]
    model: ModelBox | None


def pipeline(look: Look) -> Pipeline:
    """The picture of one look."""
    names = dict.fromkeys([*WHAT_THEY_DO, *[replica.service for replica in look.replicas]])
    return Pipeline(
        queues={kind: _queue(kind, look) for kind in look.depths if not kind.endswith("-dead")},
        services={name: _service(name, look) for name in names},
        model=_model(look),
    )


def _queue(kind: str, look: Look) -> QueueBox:
    depth, dead = look.depths[kind], look.depths.get(f"{kind}-dead")
    since = look.busy_since.get(kind)
    return QueueBox(
        kind=kind,
        waiting=depth.visible + depth.delayed,
        in_work=depth.in_flight,
        dead=dead.total if dead else 0,
        age="" if since is None else ago(look.at - since),
    )


def _service(name: str, look: Look) -> ServiceBox:
    own = [replica for replica in look.replicas if replica.service == name]
    ready = sum(replica.unready is None for replica in own)
    now = pace(name, look.before, look.replicas)
    return ServiceBox(
        name, WHAT_THEY_DO.get(name, ""), ready, len(own), _rate(now), _tone(ready, len(own), now)
    )


def _rate(now: Pace) -> str:
    return f"{now.frames:,.1f} frames/s" if now.frames else ""


def _tone(ready: int, replicas: int, now: Pace) -> str:
    if not replicas:
        return "idle"  # nobody told us where its pages are
    if ready < replicas:
        return "busy" if ready else "bad"
    return "good" if now.frames else "idle"


def _model(look: Look) -> ModelBox | None:
    model = next(iter(look.snapshot.models), None)
    if model is None:
        return None
    share = pace("detector", look.before, look.replicas).throttled_share
    return ModelBox(
        name=model.model,
        state=model.state.replace("_", " ").lower(),
        tone=_TONES.get(model.state, "idle"),
        units=model.units,
        reason=model.reason,
        outstanding=model.outstanding,
        dollars=running_cost(model.unit_seconds),
        dollars_today=look.spent_today,
        paused=look.pause.reason if look.pause else "",
        dollars_per_hour=model.units * DOLLARS_PER_UNIT_HOUR,
        throttled=f"{share:.0%}",
    )


def headline(look: Look) -> str:
    """What the installation does, in half a sentence."""
    active = _at_work(look)
    return f"{many(active, 'video')} at work" if active else "nothing to do"


def _at_work(look: Look) -> int:
    rows: Iterable[bool] = (not progress.ended for progress in look.snapshot.videos)
    return sum(rows)
