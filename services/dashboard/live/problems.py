"""What is wrong at the moment, pure: each problem in plain words, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.dashboard.live.observer import Observation
from services.dashboard.live.rates import service_rate
from services.dashboard.live.words import ago, listed
from shared.models.control import ModelState
from shared.videos.ledger import ACTIVE, State
from shared.wording import count

STALE_SECONDS = 60.0  # a controller that has posted nothing for so long is gone
RECENT_SECONDS = 3600.0  # how long a video that failed stays a problem
THROTTLED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that somebody should see to; `redrive` names the queue whose dead letters a button moves."""

    text: str
    cure: str
    grave: bool = True
    redrive: str | None = None


def problems(look: Observation) -> list[Problem]:
    """All problems, the gravest first."""
    found = [
        *_unreadable(look),
        *_faults(look),
        *_controller(look),
        *_replicas(look),
        *_dead_letters(look),
        *_videos(look),
        *_throttling(look),
    ]
    return sorted(found, key=lambda problem: not problem.grave)


def _unreadable(look: Observation) -> Iterator[Problem]:
    for trouble in look.troubles:
        yield Problem(trouble, "What you see is what was seen last. Check the network and the credentials.")


def _faults(look: Observation) -> Iterator[Problem]:
    several = len(look.snapshot.detectors) > 1
    for each in look.snapshot.detectors:
        if each.fault:
            by = f" by {each.detector}" if several else ""
            yield Problem(
                f"Detection{by} is stopped: {each.fault.sentence}",
                "Correct this and start the detectors again; no frame is lost meanwhile.",
            )


def _controller(look: Observation) -> Iterator[Problem]:
    models = look.snapshot.models
    if not models and any(each.needs_model for each in look.snapshot.detectors):
        yield Problem("No controller has reported yet.", "Start one: python -m services.controller", False)
    for model in models:
        if look.at - model.at > STALE_SECONDS:
            runs = model.state in (ModelState.RUNNING, ModelState.STARTING)
            bill = f" The model {model.model} may be running and costs money." if runs else ""
            yield Problem(
                f"No controller has reported for {ago(look.at - model.at)}.{bill}",
                "Start one: python -m services.controller",
            )
        elif model.reason.startswith("waiting for help"):
            yield Problem(
                f"The controller of {model.model} is {model.reason}.",
                "Look at the model in the Rekognition console.",
            )


def _replicas(look: Observation) -> Iterator[Problem]:
    for name in dict.fromkeys(replica.service for replica in look.replicas):
        own = [replica for replica in look.replicas if replica.service == name]
        if all(replica.silent for replica in own):
            yield Problem(f"No {name} answers.", f"Start one: python -m services.{name}")
            continue
        for reason in dict.fromkeys(replica.unready for replica in own if replica.unready):
            yield Problem(
                f"A {name} {'' if reason.startswith('does') else 'is not ready: '}{reason}.",
                "It may be starting, or ending; its log says more.",
                False,
            )


def _dead_letters(look: Observation) -> Iterator[Problem]:
    for kind in [kind for kind in look.depths if f"{kind}-dead" in look.depths]:
        if dead := look.depths[f"{kind}-dead"].total:
            yield Problem(
                f"{count(dead, 'message')} in “{kind}” {'was' if dead == 1 else 'were'} given up.",
                "The services' logs say why. When the cause is cured, give them another try.",
                redrive=kind,
            )


def _videos(look: Observation) -> Iterator[Problem]:
    rows = look.snapshot.videos
    late = [row.name for row in rows if row.video.state in ACTIVE and row.video.deadline_at < look.at]
    if late:
        yield Problem(
            f"{listed(late)} should have been done by now.",
            "More inference units make it faster (LOGOSTREAM_MOST_UNITS); cancel what is not needed.",
            False,
        )
    for row in rows:
        ended = row.video.finished_at or 0.0
        if row.video.state is State.FAILED and look.at - ended < RECENT_SECONDS:
            yield Problem(
                f"{row.name} failed: {row.video.error}",
                "Hand in an intact copy of it, or one in another format.",
                False,
            )


def _throttling(look: Observation) -> Iterator[Problem]:
    share = service_rate("detector", look.before, look.replicas).throttled_share
    if share > THROTTLED_SHARE:
        yield Problem(
            f"Rekognition throttles {100 * share:.0f} % of the calls.",
            "The detectors slow down by themselves; fewer of them, or more inference units, spare the calls.",
            False,
        )
