"""The stand-in at work on a free port, a real boto3 client to drive it, and pictures to show it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import cv2
import numpy as np
import pytest
from botocore.config import Config

from services.rekognition_local.account import Account
from services.rekognition_local.app import serving
from services.rekognition_local.recognizers import Recognizers
from services.rekognition_local.settings import RekognitionSettings
from services.rekognition_local.store import Store
from services.rekognition_local.training import Learn, Trainings
from shared.objects import Address
from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local import colours

BUCKET = "logos"
RED, GREEN = (0, 0, 255), (0, 255, 0)  # BGR
SINGLE_ATTEMPT = Config(retries={"total_max_attempts": 1})


@dataclass
class Clock:
    """A clock that stands still, or moves on by `step` seconds each time it is read."""

    now: float = 1_700_000_000.0
    step: float = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass
class Stand:
    """The running stand-in, what it stands on, and a boto3 client to it."""

    account: Account
    objects: FakeObjects
    clock: Clock
    client: Any
    url: str
    project: str = ""
    version: str = ""
    names: list[str] = field(default_factory=list)

    async def call(self, operation: str, **parameters: Any) -> Any:
        """Call boto3 in a thread; raises botocore's errors."""
        return await asyncio.to_thread(getattr(self.client, operation), **parameters)

    async def wait(self, waiter: str, **parameters: Any) -> None:
        """Await one of botocore's own waiters, polling fast."""
        config = {"Delay": 0.01, "MaxAttempts": 500}
        polling = self.client.get_waiter(waiter).wait
        await asyncio.to_thread(polling, WaiterConfig=config, **parameters)

    async def put(self, key: str, body: bytes) -> None:
        """Lay an object into the bucket."""
        await self.objects.put(Address(BUCKET, key), body, "")

    async def create_version(self, name: str, *lines: dict[str, Any]) -> str:
        """Begin to train a version from these manifest lines."""
        await self.put(f"{name}.manifest", "\n".join(map(json.dumps, lines)).encode())
        manifest = {"GroundTruthManifest": {"S3Object": {"Bucket": BUCKET, "Name": f"{name}.manifest"}}}
        reply = await self.call(
            "create_project_version",
            ProjectArn=self.project,
            VersionName=name,
            OutputConfig={"S3Bucket": BUCKET, "S3KeyPrefix": "output"},
            TrainingData={"Assets": [manifest]},
            TestingData={"AutoCreate": True},
        )
        return str(reply["ProjectVersionArn"])

    async def train(self, name: str) -> str:
        """Train a version that knows `red` from a box and `green` from a picture of the logo alone."""
        await self.put("scene.png", scene())
        await self.put("green.png", picture(GREEN, 100, 80))
        version = await self.create_version(name, boxed("scene.png", "red"), whole("green.png", "green"))
        await self.wait("project_version_training_completed", ProjectArn=self.project, VersionNames=[name])
        return version

    async def start(self, version: str, units: int = 1) -> None:
        """Start a version and let the time pass that it takes."""
        await self.call("start_project_version", ProjectVersionArn=version, MinInferenceUnits=units)
        self.clock.now += self.account.settings.start_seconds

    async def detect(self, image: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
        """The labels DetectCustomLabels answers with for the stand's version."""
        reply = await self.call(
            "detect_custom_labels", ProjectVersionArn=self.version, Image=image, **parameters
        )
        return list(reply["CustomLabels"])


def picture(colour: tuple[int, int, int], width: int, height: int, kind: str = ".png") -> bytes:
    """A picture of one colour."""
    return _encoded(np.full((height, width, 3), colour, np.uint8), kind)


def scene(kind: str = ".png") -> bytes:
    """320 x 160 pixels of grey with a red logo, 64 x 48, at (32, 16), and a smaller green one, 20 x 10."""
    image = np.full((160, 320, 3), 128, np.uint8)
    image[16:64, 32:96] = RED
    image[100:110, 200:220] = GREEN
    return _encoded(image, kind)


def _encoded(image: np.ndarray, kind: str) -> bytes:
    done, data = cv2.imencode(kind, image)
    assert done
    return data.tobytes()


def boxed(key: str, label: str) -> dict[str, Any]:
    """A manifest line: the logo in `scene` is of this label."""
    return {
        "source-ref": f"s3://{BUCKET}/{key}",
        "boxes": {
            "image_size": [{"width": 320, "height": 160, "depth": 3}],
            "annotations": [{"class_id": 0, "left": 32, "top": 16, "width": 64, "height": 48}],
        },
        "boxes-metadata": {
            "objects": [{"confidence": 1}],
            "class-map": {"0": label},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-11-22T00:00:00",
        },
    }


def whole(key: str, label: str) -> dict[str, Any]:
    """A manifest line: the picture shows this logo and nothing else."""
    return {
        "source-ref": f"s3://{BUCKET}/{key}",
        "brand": 0,
        "brand-metadata": {
            "confidence": 1,
            "class-name": label,
            "type": "groundtruth/image-classification",
            "human-annotated": "yes",
            "creation-date": "2026-11-22T00:00:00",
        },
    }


Opening = Callable[..., Any]


@asynccontextmanager
async def opened(
    directory: Path, objects: FakeObjects, clock: Clock, learn: Learn = colours.learn
) -> AsyncIterator[Stand]:
    """The stand-in over a state folder, from its start to its end."""
    settings = RekognitionSettings(
        state_dir=directory, start_seconds=60, stop_seconds=30, frames_per_second_per_unit=4
    )
    store = Store(directory)
    recognizers = Recognizers(colours.load, settings.detection_threads)
    trainings = Trainings(store, objects, recognizers, learn, clock)
    account = Account(settings, "eu-west-1", store, objects, recognizers, trainings, clock)
    trainings.resume()
    async with serving(account, "127.0.0.1", 0, grace=1) as port:
        url = f"http://127.0.0.1:{port}"
        client = _client(url)
        try:
            yield Stand(account, objects, clock, client, url)
        finally:
            client.close()
            await trainings.close()
            recognizers.close()


def _client(url: str) -> Any:
    return boto3.client(
        "rekognition",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=SINGLE_ATTEMPT,
    )


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """The stand-in with an empty project."""
    async with opened(tmp_path, FakeObjects(BUCKET), Clock()) as stand:
        reply = await stand.call("create_project", ProjectName="brands")
        stand.project = reply["ProjectArn"]
        yield stand


@pytest.fixture
async def running(stand: Stand) -> Stand:
    """The stand-in with a running model of one unit."""
    stand.version = await stand.train("v1")
    await stand.start(stand.version)
    return stand
