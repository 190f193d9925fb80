"""The operations on datasets: CreateDataset, DescribeDataset, DeleteDataset, DistributeDatasetEntries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.errors import (
    InternalServerError,
    InvalidParameterException,
    InvalidS3ObjectException,
    ResourceAlreadyExistsException,
)
from services.rekognition_local.resources import datasets, entries
from services.rekognition_local.resources.datasets import Dataset, DatasetState
from services.rekognition_local.resources.entries import Entry
from services.rekognition_local.resources.store import Project
from services.rekognition_local.training.splitting import shared_out
from shared.datasets import manifest
from shared.datasets.manifest import MOST_LABELS, MOST_PICTURES, BadLine
from shared.storage.objects import Address, ObjectDenied, ObjectError, ObjectMissing


async def create(account: Account, request: wire.CreateDataset) -> dict[str, Any]:
    """Make a project's training or test set; raises `ResourceAlreadyExistsException` if there is one."""
    _project_without(account, request)
    problem, found = "", list[Entry]()
    try:
        found = await _source_entries(account, request.dataset_source)
        problem = _refused(found)
    except BadLine as error:
        problem = f"The manifest cannot be used: {error}."
    project = _project_without(account, request)  # others may have been quicker while S3 was read
    dataset = _made(account, project, request.dataset_type, found, problem)
    account.store.put_dataset(dataset, (json.dumps(one.row) for one in found))
    account.store.put_tags(dataset.arn, request.tags)
    return {"DatasetArn": dataset.arn}


def _project_without(account: Account, request: wire.CreateDataset) -> Project:
    """The project; raises `ResourceNotFoundException`, or `ResourceAlreadyExistsException` if it has one."""
    project = account.lasting_project(request.project_arn)
    if any(one.kind == request.dataset_type for one in account.datasets_of(project)):
        raise ResourceAlreadyExistsException(f"{project.arn} has a {request.dataset_type} dataset already.")
    return project


async def describe(account: Account, request: wire.DescribeDataset) -> dict[str, Any]:
    """State and size of a dataset."""
    dataset = account.dataset(request.dataset_arn)
    return {
        "DatasetDescription": {
            "CreationTimestamp": dataset.created / 1000,
            "LastUpdatedTimestamp": dataset.updated,
            "Status": dataset.state,
            "StatusMessage": dataset.message,
            "StatusMessageCode": "CLIENT_ERROR" if dataset.failed else "SUCCESS",
            "DatasetStats": {
                "LabeledEntries": dataset.stats.labelled,
                "TotalEntries": dataset.stats.total,
                "TotalLabels": dataset.stats.labels,
                "ErrorEntries": dataset.stats.errors,
            },
        }
    }


async def delete(account: Account, request: wire.DeleteDataset) -> dict[str, Any]:
    """Delete a dataset; it is gone some time later. Raises `ResourceInUseException` while it changes."""
    dataset = account.dataset(request.dataset_arn)
    account.store.put_dataset(datasets.deleted(dataset, account.clock(), account.settings.change_seconds))
    return {}


async def distribute(account: Account, request: wire.DistributeDatasetEntries) -> dict[str, Any]:
    """Move a fifth of the training entries into an empty test set of the same project."""
    train, test = _pair([account.dataset(one.arn) for one in request.datasets])
    if test.stats.total:
        raise InvalidParameterException(f"{test.arn} is not empty.")
    kept, moved = shared_out(read(account, train), lambda one: one.labels)
    for dataset, own in ((train, kept), (test, moved)):
        replace_entries(account, dataset, own)
    return {}


def read(account: Account, dataset: Dataset) -> list[Entry]:
    """The entries of a settled dataset; raises `ResourceNotReadyException`."""
    datasets.check_ready(dataset)
    return entries.parse(account.store.lines(dataset))


def replace_entries(account: Account, dataset: Dataset, own: Sequence[Entry]) -> None:
    """Give a settled dataset other entries; raises `ResourceInUseException`."""
    seconds = account.settings.change_seconds
    changing = datasets.changing(dataset, entries.stats(own), account.clock(), seconds)
    account.store.put_dataset(changing, (json.dumps(one.row) for one in own))


def _pair(both: Sequence[Dataset]) -> tuple[Dataset, Dataset]:
    by_kind = {dataset.kind: dataset for dataset in both}
    if set(by_kind) != {"TRAIN", "TEST"} or len({dataset.project_arn for dataset in both}) != 1:
        raise InvalidParameterException("Name the training and the test dataset of one project.")
    for dataset in both:
        datasets.check_ready(dataset)
    return by_kind["TRAIN"], by_kind["TEST"]


async def _source_entries(account: Account, source: wire.DatasetSource | None) -> list[Entry]:
    """The entries to begin with; raises `BadLine` or `InvalidS3ObjectException`."""
    if source is None or source == wire.DatasetSource():
        return []
    if (source.ground_truth_manifest is None) == (source.dataset_arn is None):
        raise InvalidParameterException("Give the DatasetSource either GroundTruthManifest or DatasetArn.")
    if source.dataset_arn is not None:
        return read(account, account.dataset(source.dataset_arn))
    assert source.ground_truth_manifest is not None
    where = source.ground_truth_manifest.s3_object
    return entries.parse(await _text(account, Address(where.bucket, where.name)))


async def _text(account: Account, address: Address) -> list[str]:
    try:
        return (await account.objects.get(address)).decode("utf-8").splitlines()
    except (ObjectMissing, ObjectDenied, UnicodeDecodeError) as error:
        raise InvalidS3ObjectException(f"Unable to read the manifest: {error}.") from error
    except ObjectError as error:
        raise InternalServerError(f"S3 failed: {error}.") from error


def _refused(found: Sequence[Entry]) -> str:
    """Why AWS would refuse the whole manifest, if it would."""
    bad = [one.problem for one in found if one.problem]
    stats = entries.stats(found)
    if stats.total > MOST_PICTURES or stats.labels > MOST_LABELS:
        return (
            f"{stats.total} images with {stats.labels} labels: {MOST_PICTURES} and {MOST_LABELS} are allowed."
        )
    if not manifest.too_many(len(bad), len(found) - len(bad)):
        return ""
    return f"{len(bad)} of {len(found)} entries are invalid; the first: {bad[0]}."


def _made(account: Account, project: Project, kind: str, found: Sequence[Entry], problem: str) -> Dataset:
    now = account.clock()
    created = account.store.next_stamp(now)
    return Dataset(
        arn=f"{project.arn.rpartition('/')[0]}/dataset/{kind.lower()}/{created}",
        project_arn=project.arn,
        kind=kind,
        created=created,
        updated=now,
        state=DatasetState.CREATE_IN_PROGRESS,
        message="The dataset is being created.",
        stats=entries.stats(found),
        becomes=DatasetState.CREATE_FAILED if problem else DatasetState.CREATE_COMPLETE,
        due=now + account.settings.change_seconds,
        problem=problem,
    )
