"""The life of a model version: what state it is in at a given time, and which steps its state allows.

A version stores only the last step somebody asked for and when; `settled` says where that has led by now.
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
from shared.control import ModelState

RUNNING_MODELS = 2  # AWS's default quota of models started at the same time
_STARTABLE = {ModelState.TRAINING_COMPLETED, ModelState.STOPPED, ModelState.FAILED}
_STARTED = {ModelState.STARTING, ModelState.RUNNING}
_UNDELETABLE = _STARTED | {ModelState.STOPPING, ModelState.TRAINING_IN_PROGRESS}


@dataclass(frozen=True, slots=True)
class Delays:
    """How long a model takes to start and to stop, in seconds."""

    start_seconds: float
    stop_seconds: float


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
    description: str | None = None
    labels: tuple[str, ...] = field(default=())
    trained_at: float | None = None
    training_seconds: int = 0
    min_units: int | None = None
    max_units: int | None = None
    unit_seconds: float = 0.0  # of earlier runs, which have ended


def settled(version: Version, now: float, delays: Delays) -> Version:
    """The version as it is now: a start or a stop that has taken its time is over."""
    if version.state is ModelState.STARTING and now >= version.since + delays.start_seconds:
        since = version.since + delays.start_seconds
        return replace(version, state=ModelState.RUNNING, since=since, message="The model is running.")
    if version.state is ModelState.STOPPING and now >= version.since + delays.stop_seconds:
        since = version.since + delays.stop_seconds
        return replace(version, state=ModelState.STOPPED, since=since, message="The model is not running.")
    return version


def trained(version: Version, labels: tuple[str, ...], now: float) -> Version:
    """Training ended well."""
    return replace(
        version,
        state=ModelState.TRAINING_COMPLETED,
        since=now,
        message="The model is ready to run.",
        labels=labels,
        trained_at=now,
        training_seconds=round(now - version.since),
    )


def training_failed(version: Version, reason: str, now: float) -> Version:
    """Training ended badly; `reason` is a sentence for the user."""
    return replace(version, state=ModelState.TRAINING_FAILED, since=now, message=reason, trained_at=now)


def started(
    version: Version, least: int, most: int | None, limit: int, others: Iterable[Version], now: float
) -> Version:
    """Start a settled version with `least` to `most` inference units, of which `limit` are allowed.

    `others` are the settled versions of the account. Raises `ResourceInUseException`,
    `LimitExceededException` or `InvalidParameterException`.
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
        min_units=least,
        max_units=most,
    )


def stopped(version: Version, now: float) -> Version:
    """Stop a settled version. Raises `ResourceInUseException` when it is not running."""
    if version.state is not ModelState.RUNNING:
        raise ResourceInUseException(f"{version.arn} is {version.state} and cannot be stopped.")
    return replace(
        version,
        state=ModelState.STOPPING,
        since=now,
        message="The model is being stopped.",
        unit_seconds=billed(version, now),
    )


def check_deletable(version: Version) -> None:
    """Raises `ResourceInUseException` while a settled version trains, starts, runs or stops."""
    if version.state in _UNDELETABLE:
        raise ResourceInUseException(f"{version.arn} is {version.state} and cannot be deleted.")


def units_in_service(version: Version) -> int:
    """Inference units that take images now: the minimum asked for while a settled version runs, else none."""
    return (version.min_units or 0) if version.state is ModelState.RUNNING else 0


def billed(version: Version, now: float) -> float:
    """Seconds of running time of a settled version times its inference units, over all its runs."""
    return version.unit_seconds + units_in_service(version) * max(0.0, now - version.since)
