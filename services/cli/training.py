"""Trains a model version: uploads the pictures and their manifest, starts the training, waits for its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

from services.cli.logos import Picture
from services.cli.running import Failure
from shared.aws import Clients
from shared.objects import Address, S3Objects
from shared.rekognition import translated

TRAINED = "TRAINING_COMPLETED"
TRAINING = "TRAINING_IN_PROGRESS"
POLL_SECONDS = 0.5
UPLOADS = 8  # side by side


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model version."""

    project_arn: str
    model_arn: str

    @property
    def environment(self) -> dict[str, str]:
        """The variables that name it to the services."""
        return {"LOGOSTREAM_PROJECT_ARN": self.project_arn, "LOGOSTREAM_MODEL_ARN": self.model_arn}


async def train(clients: Clients, pictures: Sequence[Picture], bucket: str, project: str) -> Model:
    """Train a first version of a new project on these pictures; raises `Failure`."""
    manifest = await _upload(clients, pictures, Address(bucket, f"training/{project}"))
    with translated():
        project_arn = (await clients.models.create_project(ProjectName=project))["ProjectArn"]
        version = await clients.models.create_project_version(
            ProjectArn=project_arn,
            VersionName="v1",
            OutputConfig={"S3Bucket": bucket, "S3KeyPrefix": f"training/{project}/output"},
            TrainingData={
                "Assets": [
                    {"GroundTruthManifest": {"S3Object": {"Bucket": manifest.bucket, "Name": manifest.key}}}
                ]
            },
            TestingData={"AutoCreate": True},
        )
    await _until_trained(clients, project_arn)
    return Model(project_arn, version["ProjectVersionArn"])


async def _upload(clients: Clients, pictures: Sequence[Picture], folder: Address) -> Address:
    objects = S3Objects(clients.s3)
    free = asyncio.Semaphore(UPLOADS)

    async def upload(picture: Picture) -> None:
        async with free:
            kind = "image/png" if picture.path.suffix.lower() == ".png" else "image/jpeg"
            await objects.put(_place(folder, picture), picture.path.read_bytes(), kind)

    async with asyncio.TaskGroup() as uploads:
        for picture in pictures:
            uploads.create_task(upload(picture))
    lines = [json.dumps({"source-ref": str(_place(folder, p)), **p.line}) for p in pictures]
    manifest = Address(folder.bucket, f"{folder.key}/train.manifest")
    await objects.put(manifest, ("\n".join(lines) + "\n").encode(), "application/json")
    return manifest


def _place(folder: Address, picture: Picture) -> Address:
    return Address(folder.bucket, f"{folder.key}/{picture.key}")


async def _until_trained(clients: Clients, project_arn: str) -> None:
    while True:
        with translated():
            reply = await clients.models.describe_project_versions(ProjectArn=project_arn)
        version = reply["ProjectVersionDescriptions"][0]
        if version["Status"] == TRAINED:
            return
        if version["Status"] != TRAINING:
            raise Failure(f"training ended {version['Status']}: {version.get('StatusMessage', '')}")
        await asyncio.sleep(POLL_SECONDS)
