"""What a version is trained from and tested with: manifests that are named, or those of datasets."""

from __future__ import annotations

import json

from services.rekognition_local import wire
from services.rekognition_local.account import Account
from services.rekognition_local.api import datasets
from services.rekognition_local.errors import InvalidParameterException, InvalidS3ObjectException
from services.rekognition_local.resources.datasets import Dataset
from services.rekognition_local.resources.store import Project
from shared.storage.objects import Address, ObjectError

Data = tuple[wire.TrainingData, wire.TestingData]


async def data_of(
    account: Account, project: Project, request: wire.CreateProjectVersion, created: int
) -> Data:
    """The manifests to train from and to test with.

    Those of datasets are written below the output location first, so that later changes do not reach them.
    Raises `InvalidParameterException`, `InvalidS3ObjectException` or `ResourceNotReadyException`.
    """
    own = {dataset.kind: dataset for dataset in account.datasets_of(project)}
    if not own:
        return _named(request)
    if request.training_data is not None or request.testing_data is not None:
        raise InvalidParameterException("The project has datasets: leave out TrainingData and TestingData.")
    if set(own) != {"TRAIN", "TEST"}:
        raise InvalidParameterException("The project needs a training and a test dataset.")
    folder = f"{request.output_config.s3_key_prefix}/{project.name}/{request.version_name}-{created}"
    place = Address(request.output_config.s3_bucket, folder.lstrip("/"))
    # Both are read before anything is awaited, so that they fit together.
    train_lines, test_lines = (_usable(account, own[kind]) for kind in ("TRAIN", "TEST"))
    train = await _written(account, place, "train", train_lines)
    test = await _written(account, place, "test", test_lines)
    return wire.TrainingData(Assets=[train]), wire.TestingData(Assets=[test])


def _named(request: wire.CreateProjectVersion) -> Data:
    if request.training_data is None or request.testing_data is None:
        raise InvalidParameterException(
            "Give both TrainingData and TestingData: the project has no datasets."
        )
    if request.testing_data.auto_create == bool(request.testing_data.assets):
        raise InvalidParameterException("Give TestingData either Assets or AutoCreate.")
    return request.training_data, request.testing_data


def _usable(account: Account, dataset: Dataset) -> str:
    """The entries of a dataset that can be trained from, as JSON lines."""
    usable = [one for one in datasets.read(account, dataset) if one.labels and not one.problem]
    return "".join(f"{json.dumps(one.row)}\n" for one in usable)


async def _written(account: Account, folder: Address, name: str, lines: str) -> wire.Asset:
    address = Address(folder.bucket, f"{folder.key}/{name}.manifest")
    try:
        await account.objects.put(address, lines.encode(), "application/json")
    except ObjectError as error:
        raise InvalidS3ObjectException(f"The output location cannot be written: {error}.") from error
    where = wire.S3Object(Bucket=address.bucket, Name=address.key)
    return wire.Asset(GroundTruthManifest=wire.GroundTruthManifest(S3Object=where))
