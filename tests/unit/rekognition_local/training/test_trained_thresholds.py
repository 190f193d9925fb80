"""A detector with `"thresholds": "trained"`: from a training's test over the wire to what it keeps."""

from __future__ import annotations

import json

import pytest

from services.detector.assembly import Sifted, Training
from shared.aws.clients import clients
from shared.aws.rekognition.models import ProjectVersion
from shared.messaging.messages import Detection
from shared.storage.objects import Address
from tests.fakes import FakeDetector
from tests.unit.rekognition_local.pictures import BUCKET, boxed, scene
from tests.unit.rekognition_local.stand import Stand

pytestmark = pytest.mark.real_time

BEST = 30.0  # percent: between nothing and the 60 % at which the stand-in finds its coloured logos


async def trained(stand: Stand) -> str:
    """The ARN of a version that was trained with one picture and tested with another."""
    for kind, picture in (("TRAIN", "0.png"), ("TEST", "1.png")):
        await stand.put(picture, scene())
        await stand.put(f"{kind}.manifest", json.dumps(boxed(picture, "red")).encode())
        manifest = {"S3Object": {"Bucket": BUCKET, "Name": f"{kind}.manifest"}}
        source = {"GroundTruthManifest": manifest}
        await stand.call("create_dataset", ProjectArn=stand.project, DatasetType=kind, DatasetSource=source)
        stand.pass_change()
    output = {"S3Bucket": BUCKET, "S3KeyPrefix": "out/"}
    version = await stand.call(
        "create_project_version", ProjectArn=stand.project, VersionName="v1", OutputConfig=output
    )
    await stand.wait("project_version_training_completed", ProjectArn=stand.project, VersionNames=["v1"])
    return str(version["ProjectVersionArn"])


async def test_what_the_training_s_test_found_best_decides_what_counts(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = await trained(stand)
    address = {
        "AWS_ENDPOINT_URL_REKOGNITION": stand.url,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    for name, value in address.items():
        monkeypatch.setenv(name, value)
    found = [Detection(label="red", confidence=BEST + n) for n in (-1, 1)]
    async with clients() as aws:
        training = Training(ProjectVersion(aws.models, stand.project, arn).summary, stand.objects)
        assert await training.thresholds() == {"red": pytest.approx(BEST)}
        seen = await Sifted(FakeDetector(lambda _: found), 0.0, training.thresholds).detect(
            Address("frames", "frames/cup-1/0000001000.jpg")
        )
    assert list(seen.detections) == [found[1]]
