"""The stand-in at work on a free port, with a real boto3 client to drive it."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from services.rekognition_local.account import Account
from services.rekognition_local.app import serving
from services.rekognition_local.clock import Clock as StandClock
from services.rekognition_local.resources.recognizers import Recognizers
from services.rekognition_local.resources.store import Store
from services.rekognition_local.settings import RekognitionSettings
from services.rekognition_local.training.jobs import Learn, Trainings
from shared.storage.objects import Address
from tests.fakes.objects import FakeObjects
from tests.unit.rekognition_local import colours
from tests.unit.rekognition_local.pictures import BUCKET, GREEN, boxed, picture, scene, whole

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

    async def start(self, version: str, units: int = 1, **bounds: int) -> None:
        """Start a version and let the time pass that it takes."""
        await self.call("start_project_version", ProjectVersionArn=version, MinInferenceUnits=units, **bounds)
        self.clock.now += self.account.settings.start_seconds

    def pass_change(self) -> None:
        """Let the time pass that datasets, copies and deletions take."""
        self.clock.now += self.account.settings.change_seconds

    async def detect(self, image: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
        """The labels DetectCustomLabels answers with for the stand's version."""
        reply = await self.call(
            "detect_custom_labels", ProjectVersionArn=self.version, Image=image, **parameters
        )
        return list(reply["CustomLabels"])

    async def code(self, operation: str, **parameters: Any) -> tuple[str, int]:
        """The error code and HTTP status a call ends in."""
        with pytest.raises(ClientError) as caught:
            await self.call(operation, **parameters)
        response = caught.value.response
        assert response["Error"]["Message"]
        return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]

    async def detect_code(self, image: dict[str, Any]) -> str:
        """The error code DetectCustomLabels ends in."""
        code, status = await self.code("detect_custom_labels", ProjectVersionArn=self.version, Image=image)
        assert status == (500 if code == "InternalServerError" else 400)
        return code

    async def described(self, name: str = "v1") -> dict[str, Any]:
        """What DescribeProjectVersions says of a version."""
        reply = await self.call("describe_project_versions", ProjectArn=self.project, VersionNames=[name])
        return dict(reply["ProjectVersionDescriptions"][0])

    async def admin(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of an admin page; raises `urllib.error.HTTPError`."""
        data = None if body is None else json.dumps(body).encode()

        def fetch() -> Any:
            with urllib.request.urlopen(f"{self.url}/_admin/{path}", data) as reply:
                return json.load(reply)

        return await asyncio.to_thread(fetch)


@asynccontextmanager
async def opened(
    directory: Path, objects: FakeObjects, clock: Clock, learn: Learn = colours.learn
) -> AsyncIterator[Stand]:
    """The stand-in over a state folder, from its start to its end."""
    settings = RekognitionSettings(
        state_dir=directory,
        start_seconds=60,
        stop_seconds=30,
        change_seconds=20,
        frames_per_second_per_unit=4,
        control_calls_per_second=1000,  # the clock stands still
    )
    store = Store(directory)
    ours = StandClock(clock, store.pace)
    recognizers = Recognizers(colours.load, settings.detection_threads)
    trainings = Trainings(store, objects, recognizers, learn, ours)
    account = Account(settings, "eu-west-1", store, objects, recognizers, trainings, ours)
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
