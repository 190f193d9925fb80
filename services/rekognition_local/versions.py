"""The operations on model versions: create (train), describe, start, stop, delete."""

from __future__ import annotations

from typing import Any

from services.rekognition_local import lifecycle, requests
from services.rekognition_local.account import Account
from services.rekognition_local.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
)
from services.rekognition_local.lifecycle import Version
from services.rekognition_local.paging import page
from services.rekognition_local.projects import FEATURE
from services.rekognition_local.store import Project
from shared.control import ModelState

MOST_VERSIONS = 100  # of one project, AWS's default quota


async def create(account: Account, request: requests.CreateProjectVersion) -> dict[str, Any]:
    """Begin to train a version; raises `ResourceInUseException` when the project has one of that name."""
    project = account.project(request.project_arn)
    training_data, testing_data = _data(request)
    siblings = account.versions_of(project)
    if any(version.name == request.version_name for version in siblings):
        raise ResourceInUseException(f"{project.name} has a version named {request.version_name} already.")
    if len(siblings) >= MOST_VERSIONS:
        raise LimitExceededException(f"A project may have {MOST_VERSIONS} versions; delete one first.")
    account.trainings.check_quota()
    now = account.clock()
    created = account.store.next_stamp(now)
    version = Version(
        arn=_version_arn(project, request.version_name, created),
        project_arn=project.arn,
        name=request.version_name,
        created=created,
        state=ModelState.TRAINING_IN_PROGRESS,
        since=now,
        message="The model is being trained.",
        training_data=_wire(training_data),
        testing_data=_wire(testing_data),
        output_config=_wire(request.output_config),
        description=request.version_description,
    )
    account.store.put_version(version)
    account.trainings.begin(version)
    return {"ProjectVersionArn": version.arn}


def _data(request: requests.CreateProjectVersion) -> tuple[requests.TrainingData, requests.TestingData]:
    if request.training_data is None or request.testing_data is None:
        raise InvalidParameterException(
            "Give both TrainingData and TestingData: the project has no datasets."
        )
    if request.testing_data.auto_create == bool(request.testing_data.assets):
        raise InvalidParameterException("Give TestingData either Assets or AutoCreate.")
    return request.training_data, request.testing_data


def _version_arn(project: Project, name: str, created: int) -> str:
    return f"{project.arn.rpartition('/')[0]}/version/{name}/{created}"


def _wire(shape: requests.Request) -> dict[str, Any]:
    return shape.model_dump(by_alias=True, exclude_none=True)


async def describe(account: Account, request: requests.DescribeProjectVersions) -> dict[str, Any]:
    """List the versions of a project, newest first; unknown names are left out."""
    names = request.version_names
    versions = account.versions_of(account.project(request.project_arn))
    wanted = [version for version in versions if names is None or version.name in names]
    shown, more = page(wanted, request.max_results, request.next_token)
    return {"ProjectVersionDescriptions": [_described(version) for version in shown], **more}


def _described(version: Version) -> dict[str, Any]:
    facts = {
        "ProjectVersionArn": version.arn,
        "CreationTimestamp": version.created / 1000,
        "MinInferenceUnits": version.min_units,
        "MaxInferenceUnits": version.max_units,
        "Status": version.state,
        "StatusMessage": version.message,
        "BillableTrainingTimeInSeconds": version.training_seconds,
        "TrainingEndTimestamp": version.trained_at,
        "OutputConfig": version.output_config,
        "TrainingDataResult": {"Input": version.training_data},
        "TestingDataResult": {"Input": version.testing_data},
        "VersionDescription": version.description,
        "Feature": FEATURE,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


async def start(account: Account, request: requests.StartProjectVersion) -> dict[str, Any]:
    """Start a version with so many inference units; it is RUNNING some time later."""
    version = lifecycle.started(
        account.version(request.project_version_arn),
        request.min_inference_units,
        request.max_inference_units,
        account.settings.max_units,
        account.versions(),
        account.clock(),
    )
    account.store.put_version(version)
    return {"Status": version.state}


async def stop(account: Account, request: requests.StopProjectVersion) -> dict[str, Any]:
    """Stop a running version; it is STOPPED some time later."""
    version = lifecycle.stopped(account.version(request.project_version_arn), account.clock())
    account.store.put_version(version)
    account.recognizers.forget(version.arn)
    return {"Status": version.state}


async def delete(account: Account, request: requests.DeleteProjectVersion) -> dict[str, Any]:
    """Delete a version that neither trains nor runs, with its model."""
    version = account.version(request.project_version_arn)
    lifecycle.check_deletable(version)
    account.store.delete_version(version.arn)
    account.recognizers.forget(version.arn)
    return {"Status": ModelState.DELETING}
