"""Puts a version into service in the place of another: blue and green, within the two models AWS lets run.

The new one is started and watched until it runs; only then is the old one stopped. Whatever goes wrong
before, the old one runs on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.trainer import project as account
from services.trainer.workshop import Workshop
from shared.models.control import ModelState
from shared.models.projects import Project
from shared.models.versions import ModelVersion
from shared.runtime.command import Failure

RUNNING_MODELS = 2  # AWS's default quota of an account and region
_STARTED = {ModelState.STARTING, ModelState.RUNNING}
_STARTABLE = {
    ModelState.TRAINING_COMPLETED,
    ModelState.COPYING_COMPLETED,
    ModelState.STOPPED,
    ModelState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a version must reach: an F1 of `least`, and the old one's less `slack`."""

    least: float = 0.0
    slack: float = 0.0


def serving(versions: Sequence[ModelVersion]) -> ModelVersion | None:
    """The version in service: the one that runs or starts, the newest if there are several."""
    return next((one for one in versions if one.state in _STARTED), None)


def refusal(
    new: ModelVersion, old: ModelVersion | None, required: Requirement, running: Sequence[str]
) -> str | None:
    """Why a version may not be promoted, if it may not; these models are `running` in the account."""
    if new.state not in _STARTABLE | _STARTED:
        return f"{new.name} is {new.state} and cannot be started: see `logostream model list`"
    if new.f1 is None and (required.least > 0 or old is not None):
        return f"{new.name} was not tested, so nobody knows how good it is: use --force all the same"
    if new.f1 is not None and new.f1 < required.least:
        return f"{new.name} has an F1 of {new.f1:.3f}, below the {required.least:.3f} that is asked for"
    if new.f1 is not None and old and old.f1 is not None and new.f1 < old.f1 - required.slack:
        in_service = f"{old.name}, which is in service, has {old.f1:.3f}"
        return f"{new.name} has an F1 of {new.f1:.3f}, but {in_service}: --slack allows for a difference"
    return quota(new, running)


def quota(new: ModelVersion, running: Sequence[str]) -> str | None:
    """Why there is no room for one more running model, if there is none."""
    if new.state in _STARTED or len(running) < RUNNING_MODELS:
        return None
    stop = "`LOGOSTREAM_MODEL_ARN=… logostream model stop --now`"
    return f"as many models as AWS allows run in this account: {', '.join(running)}; stop one with {stop}"


async def running_models(workshop: Workshop) -> list[str]:
    """The ARNs of the models that are started in the account, over all projects."""
    arns = []
    for project in await workshop.projects.all():
        versions = await workshop.versions(project).all()
        arns += [one.arn for one in versions if one.state in _STARTED]
    return arns


async def start(workshop: Workshop, project: Project, new: ModelVersion, units: int) -> ModelVersion:
    """Start a version and wait until it runs; raises `Failure` when it does not come to that."""
    if new.state not in _STARTED:
        await workshop.model(project, new).start(units)
    # A listing that lags behind shows it at rest for a while.
    passing = _STARTABLE - {ModelState.FAILED} | {ModelState.STARTING}
    started = await account.wait_for(workshop, project, new.name, passing)
    if started.state is not ModelState.RUNNING:
        raise Failure(f"{new.name} did not start ({started.state}: {started.message}); nothing was stopped")
    return started


async def stop(workshop: Workshop, project: Project, version: ModelVersion) -> ModelVersion:
    """Stop a version and wait until it bills no more."""
    if version.state is ModelState.STARTING:
        version = await account.wait_for(workshop, project, version.name, {ModelState.STARTING})
    if version.state is ModelState.RUNNING:
        await workshop.model(project, version).stop()
    passing = {ModelState.RUNNING, ModelState.STOPPING}
    return await account.wait_for(workshop, project, version.name, passing)
