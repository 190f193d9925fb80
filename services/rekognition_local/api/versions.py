"""The operations on model versions: create (train), describe, start, stop, copy, delete."""

from __future__ import annotations

import shutil
from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import tags
from services.rekognition_local.api.assets import data_of
from services.rekognition_local.api.paging import page
from services.rekognition_local.api.projects import FEATURE
from services.rekognition_local.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
)
from services.rekognition_local.resources import lifecycle
from services.rekognition_local.resources.lifecycle import Version
from services.rekognition_local.resources.store import Project
from shared.models.control import ModelState

MOST_VERSIONS = 100  # of one project, AWS's default quota


async def create(account: Account, request: wire.CreateProjectVersion) -> dict[str, Any]:
    """Begin to train a version; raises `ResourceInUseException` when the project has one of that name."""
    if request.feature_config is not None:
        raise InvalidParameterException("FeatureConfig is for moderation adapters only.")
    tags.check(request.tags)
    project = _project_with_room(account, request)
    created = account.store.next_stamp(account.clock())
    training_data, testing_data = await data_of(account, project, request, created)
    project = _project_with_room(account, request)  # others may have been quicker while S3 was written
    version = Version(
        arn=_version_arn(project, request.version_name, created),
        project_arn=project.arn,
        name=request.version_name,
        created=created,
        state=ModelState.TRAINING_IN_PROGRESS,
        since=account.clock(),
        message="The model is being trained.",
        training_data=_wire(training_data),
        testing_data=_wire(testing_data),
        output_config=_wire(request.output_config),
        description=request.version_description,
        kms_key_id=request.kms_key_id,
    )
    account.put_version(version)
    account.store.put_tags(version.arn, request.tags)
    account.trainings.begin(version)
    return {"ProjectVersionArn": version.arn}


def _project_with_room(account: Account, request: wire.CreateProjectVersion) -> Project:
    """The project to train in.

    Raises `ResourceNotFoundException`, `ResourceInUseException` or `LimitExceededException`.
    """
    project = account.lasting_project(request.project_arn)
    _check_name(account, project, request.version_name)
    account.trainings.check_quota()
    return project


def _check_name(account: Account, project: Project, name: str) -> None:
    siblings = account.versions_of(project)
    if any(version.name == name for version in siblings):
        raise ResourceInUseException(f"{project.name} has a version named {name} already.")
    if len(siblings) >= MOST_VERSIONS:
        raise LimitExceededException(f"A project may have {MOST_VERSIONS} versions; delete one first.")


def _version_arn(project: Project, name: str, created: int) -> str:
    return f"{project.arn.rpartition('/')[0]}/version/{name}/{created}"


def _wire(shape: wire.TrainingData | wire.TestingData | wire.OutputConfig) -> dict[str, Any]:
    return shape.model_dump(by_alias=True, exclude_none=True)


async def describe(account: Account, request: wire.DescribeProjectVersions) -> dict[str, Any]:
    """List the versions of a project, newest first; unknown names are left out."""
    names = request.version_names
    versions = account.listed(account.versions_of(account.project(request.project_arn)))
    wanted = [version for version in versions if names is None or version.name in names]
    shown, more = page(wanted, request.max_results, request.next_token)
    return {"ProjectVersionDescriptions": [_described(version) for version in shown], **more}


def _described(version: Version) -> dict[str, Any]:
    evaluation = {"F1Score": version.f1, "Summary": {"S3Object": version.summary}}
    manifest_summary = {"S3Object": version.manifest_summary}
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
        "EvaluationResult": None if version.summary is None else evaluation,
        "ManifestSummary": None if version.manifest_summary is None else manifest_summary,
        "KmsKeyId": version.kms_key_id,
        "SourceProjectVersionArn": version.source_arn,
        "VersionDescription": version.description,
        "Feature": FEATURE,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


async def start(account: Account, request: wire.StartProjectVersion) -> dict[str, Any]:
    """Start a version with so many inference units; it is RUNNING, or FAILED, some time later."""
    faults, settings = account.faults, account.settings
    version = lifecycle.started(
        account.version(request.project_version_arn),
        request.min_inference_units,
        request.max_inference_units,
        settings.max_units,
        account.versions(),
        account.clock(),
        settings.start_seconds if faults.start_seconds is None else faults.start_seconds,
        fails=account.starts < faults.failing_starts,
    )
    account.starts += 1
    account.put_version(version)
    return {"Status": version.state}


async def stop(account: Account, request: wire.StopProjectVersion) -> dict[str, Any]:
    """Stop a running version; it is STOPPED some time later."""
    running = account.version(request.project_version_arn)
    version = lifecycle.stopped(running, account.clock(), account.settings.stop_seconds)
    account.put_version(version)
    account.recognizers.forget(version.arn)
    return {"Status": version.state}


async def copy(account: Account, request: wire.CopyProjectVersion) -> dict[str, Any]:
    """Copy a trained version into another project, or the same; it is COPYING_COMPLETED some time later."""
    source = account.version(request.source_project_version_arn)
    if source.project_arn != account.project(request.source_project_arn).arn:
        raise InvalidParameterException(f"{source.arn} is no version of {request.source_project_arn}.")
    lifecycle.check_copyable(source)
    destination = account.lasting_project(request.destination_project_arn)
    _check_name(account, destination, request.version_name)
    now = account.clock()
    created = account.store.next_stamp(now)
    arn = _version_arn(destination, request.version_name, created)
    copied = lifecycle.copied(
        source, arn, destination.arn, request.version_name, created, now, account.settings.change_seconds
    )
    shutil.copyfile(account.store.model_file(source), account.store.model_file(copied))
    account.put_version(copied)
    account.store.put_tags(arn, request.tags)
    return {"ProjectVersionArn": arn}


async def delete(account: Account, request: wire.DeleteProjectVersion) -> dict[str, Any]:
    """Delete a version that neither trains nor runs, with its model; it is gone some time later."""
    version = account.version(request.project_version_arn)
    deleted = lifecycle.deleted(version, account.clock(), account.settings.change_seconds)
    account.put_version(deleted)
    account.recognizers.forget(version.arn)
    return {"Status": deleted.state}
