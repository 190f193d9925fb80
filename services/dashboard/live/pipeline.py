"""The pipeline as the page shows it, pure: queues, services, the model and its money, out of one look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.dashboard.live.model_look import ModelLook
from services.dashboard.live.observer import Observation
from services.dashboard.live.rates import ServiceRate, service_rate
from services.dashboard.live.words import ago
from shared.costs.prices import DOLLARS_PER_UNIT_HOUR, running_cost
from shared.models.control import ModelState
from shared.videos.snapshot import Detecting

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
    throttled: str  # share of its calls to Rekognition, where it makes any
    tone: str


@dataclass(frozen=True, slots=True)
class ModelBox:
    """One model and what it costs."""

    name: str
    detector: str
    state: str
    tone: str
    units: int
    reason: str
    outstanding: int
    rate: float  # frames per second and unit, as learnt; 0 before
    dollars: float  # so far, by our meter
    dollars_today: float
    paused: str  # why a hand keeps it stopped, empty when none does
    dollars_per_hour: float  # at this moment


@dataclass(frozen=True, slots=True)
class Pipeline:
    """All boxes of the picture."""

    queues: dict[str, QueueBox]
    services: dict[str, ServiceBox]
    models: tuple[ModelBox, ...]


def pipeline(look: Observation) -> Pipeline:
    """The picture of one look."""
    names = dict.fromkeys([*WHAT_THEY_DO, *[replica.service for replica in look.replicas]])
    return Pipeline(
        queues={kind: _queue(kind, look) for kind in look.depths if not kind.endswith("-dead")},
        services={name: _service(name, look) for name in names},
        models=tuple(_models(look)),
    )


def _queue(kind: str, look: Observation) -> QueueBox:
    depth, dead = look.depths[kind], look.depths.get(f"{kind}-dead")
    since = look.busy_since.get(kind)
    return QueueBox(
        kind=kind,
        waiting=depth.visible + depth.delayed,
        in_work=depth.in_flight,
        dead=dead.total if dead else 0,
        age="" if since is None else ago(look.at - since),
    )


def _service(name: str, look: Observation) -> ServiceBox:
    own = [replica for replica in look.replicas if replica.service == name]
    ready = sum(replica.unready is None for replica in own)
    now = service_rate(name, look.before, look.replicas)
    return ServiceBox(
        name=name,
        task=WHAT_THEY_DO.get(name, ""),
        ready=ready,
        replicas=len(own),
        rate=f"{now.frames:,.1f} frames/s" if now.frames else "",
        throttled=f"{100 * now.throttled_share:.0f} % throttled" if now.calls else "",
        tone=_tone(ready, len(own), now),
    )


def _tone(ready: int, replicas: int, now: ServiceRate) -> str:
    if not replicas:
        return "idle"  # nobody told us where its pages are
    if ready < replicas:
        return "busy" if ready else "bad"
    return "good" if now.frames else "idle"


def _models(look: Observation) -> Iterator[ModelBox]:
    detectors = {each.detector: each for each in look.snapshot.detectors}
    for model in look.models:
        yield _model(model, detectors.get(model.detector, Detecting(model.detector, needs_model=True)))


def _model(model: ModelLook, detecting: Detecting) -> ModelBox:
    report, pool = detecting.model, detecting.pool
    units = report.units if report else 0
    return ModelBox(
        name=model.name,
        detector=model.detector,
        state=report.state.lower().replace("_", " ") if report else "state unknown",
        tone=_TONES.get(report.state, "idle") if report else "idle",
        units=units,
        reason=report.why if report else "No controller has reported yet.",
        outstanding=report.outstanding if report else 0,
        rate=pool.per_unit if pool and pool.learnt else 0.0,
        dollars=running_cost(report.unit_seconds) if report else 0.0,
        dollars_today=model.spent_today,
        paused=model.pause.reason if model.pause else "",
        dollars_per_hour=units * DOLLARS_PER_UNIT_HOUR,
    )
