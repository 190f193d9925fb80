"""The life of a model version: what state it is in at a given time, and which steps its state allows.

A version stores the last step somebody asked for, and when and where that leads; `settled` follows it.
All times are seconds since the epoch and come in as arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from services.rekognition_local.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
)
from shared.models.control import ModelState

RUNNING_MODELS = 2  # AWS's default quota of models started at the same time
_STARTABLE = {
    ModelState.TRAINING_COMPLETED,
    ModelState.COPYING_COMPLETED,
    ModelState.STOPPED,
    ModelState.FAILED,
}
_STARTED = {ModelState.STARTING, ModelState.RUNNING}
_UNDELETABLE = _STARTED | {
    ModelState.STOPPING,
    ModelState.TRAINING_IN_PROGRESS,
    ModelState.COPYING_IN_PROGRESS,
    ModelState.DELETING,
}
_COPYABLE = _STARTABLE | _STARTED | {ModelState.STOPPING}
_MESSAGES = {
    ModelState.RUNNING: "The model is running.",
    ModelState.STOPPED: "The model is not running.",
    ModelState.FAILED: "The model could not be started (injected).",
    ModelState.COPYING_COMPLETED: "The model is ready to run.",
}


@dataclass(frozen=True, slots=True)
class Version:
    """One model version: its training as asked for on the wire, its state, and its running time so far."""

    arn: str
    project_arn: str
    name: str
    created: int  # milliseconds since the epoch, unique in the account
    state: ModelState
    since: float  # when this state began
    message: str
    training_data: dict[str, Any]
    testing_data: dict[str, Any]
    output_config: dict[str, Any]
    becomes: ModelState | None = None  # by itself, when it is due
    due: float = 0.0
    description: str | None = None
    kms_key_id: str | None = None
    source_arn: str | None = None  # of the version it is a copy of
    labels: tuple[str, ...] = field(default=())
    thresholds: dict[str, float] = field(default_factory=dict)  # assumed ones, 0 to 1, of tested labels
    f1: float | None = None  # on the test set
    summary: dict[str, Any] | None = None  # where the evaluation lies, as on the wire
    manifest_summary: dict[str, Any] | None = None
    trained_at: float | None = None
    training_seconds: int = 0
    min_units: int | None = None
    max_units: int | None = None
    units: int = 0  # in service
    metered_since: float = 0.0
    unit_seconds: float = 0.0  # up to then


@dataclass(frozen=True, slots=True)
class Results:
    """How a new model did in its test: F1 over all, thresholds by label, and where the rest is written."""

    f1: float
    thresholds: dict[str, float]
    summary: dict[str, Any]


def settled(version: Version, now: float) -> Version:
    """The version as it is now: what was due by itself has happened."""
    state = version.becomes
    if state is None or now < version.due:
        return version
    arrived = replace(version, state=state, since=version.due, becomes=None, message=_MESSAGES[state])
    if state is ModelState.RUNNING:
        return replace(arrived, units=version.min_units or 0, metered_since=version.due)
    return arrived


def trained(version: Version, labels: tuple[str, ...], results: Results | None, now: float) -> Version:
    """Training ended well."""
    message = "The model is ready to run."
    done = replace(
        version,
        state=ModelState.TRAINING_COMPLETED,
        since=now,
        message=message,
        labels=labels,
        trained_at=now,
        training_seconds=round(now - version.since),
    )
    if results is None:
        return replace(done, message=f"{message} Too little was labelled to keep a part of it for testing.")
    return replace(done, f1=results.f1, thresholds=results.thresholds, summary=results.summary)


def training_failed(version: Version, reason: str, now: float) -> Version:
    """Training ended badly; `reason` is a sentence for the user."""
    return replace(version, state=ModelState.TRAINING_FAILED, since=now, message=reason, trained_at=now)


def check_copyable(version: Version) -> None:
    """Raises `ResourceInUseException` while a settled version is not trained."""
    if version.state not in _COPYABLE:
        raise ResourceInUseException(f"{version.arn} is {version.state} and cannot be copied.")


def copied(
    source: Version, arn: str, project_arn: str, name: str, created: int, now: float, seconds: float
) -> Version:
    """A copy of a trained version under another name, ready so many seconds later."""
    return replace(
        source,
        arn=arn,
        project_arn=project_arn,
        name=name,
        created=created,
        state=ModelState.COPYING_IN_PROGRESS,
        since=now,
        message="The model is being copied.",
        becomes=ModelState.COPYING_COMPLETED,
        due=now + seconds,
        source_arn=source.arn,
        training_seconds=0,  # paid for once, by the source
        min_units=None,
        max_units=None,
        units=0,
        unit_seconds=0.0,
    )


def started(
    version: Version,
    least: int,
    most: int | None,
    limit: int,
    others: Iterable[Version],
    now: float,
    seconds: float,
    fails: bool = False,
) -> Version:
    """Start a settled version with `least` to `most` inference units, of which `limit` are allowed.

    It takes so many `seconds`. `others` are the settled versions of the account. Raises
    `ResourceInUseException`, `LimitExceededException` or `InvalidParameterException`.
    """
    if version.state not in _STARTABLE:
        raise ResourceInUseException(f"{version.arn} is {version.state} and cannot be started.")
    if most is not None and most < least:
        raise InvalidParameterException(f"MaxInferenceUnits {most} is less than MinInferenceUnits {least}.")
    if max(least, most or 0) > limit:
        raise LimitExceededException(f"A model may have {limit} inference units; ask for no more.")
    if sum(other.state in _STARTED for other in others) >= RUNNING_MODELS:
        raise LimitExceededException(f"{RUNNING_MODELS} models run already; stop one of them first.")
    return replace(
        version,
        state=ModelState.STARTING,
        since=now,
        message="The model is being prepared to run.",
        becomes=ModelState.FAILED if fails else ModelState.RUNNING,
        due=now + seconds,
        min_units=least,
        max_units=most,
    )


def stopped(version: Version, now: float, seconds: float) -> Version:
    """Stop a settled version; it takes so many seconds. Raises `ResourceInUseException` unless it runs."""
    if version.state is not ModelState.RUNNING:
        raise ResourceInUseException(f"{version.arn} is {version.state} and cannot be stopped.")
    return replace(
        rescaled(version, 0, now),
        state=ModelState.STOPPING,
        since=now,
        message="The model is being stopped.",
        becomes=ModelState.STOPPED,
        due=now + seconds,
    )


def deleted(version: Version, now: float, seconds: float) -> Version:
    """Delete a settled version; it is `gone` so many seconds later. Raises `ResourceInUseException`."""
    if version.state in _UNDELETABLE:
        raise ResourceInUseException(f"{version.arn} is {version.state} and cannot be deleted.")
    message = "The model is being deleted."
    return replace(version, state=ModelState.DELETING, since=now, message=message, due=now + seconds)


def gone(version: Version, now: float) -> bool:
    """Whether a deletion is over."""
    return version.state is ModelState.DELETING and now >= version.due


def rescaled(version: Version, units: int, now: float) -> Version:
    """Other inference units in service from now on."""
    return replace(version, units=units, metered_since=now, unit_seconds=billed(version, now))


def units_in_service(version: Version) -> int:
    """Inference units of a settled version that take images now."""
    return version.units if version.state is ModelState.RUNNING else 0


def billed(version: Version, now: float) -> float:
    """Seconds of running time of a settled version times its inference units, over all its runs."""
    return version.unit_seconds + units_in_service(version) * max(0.0, now - version.metered_since)
