"""The stand-in is spoken to by Amazon's own command line, unmodified, through the life of a model."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.objects import FakeObjects
from tests.tools import lacking
from tests.unit.rekognition_local.pictures import BUCKET, boxed, poster, scene
from tests.unit.rekognition_local.stand import Clock, Stand, opened

PROGRAM = Path(__file__).parents[2] / ".venv-aws-cli/bin/aws"

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


@dataclass(frozen=True, slots=True)
class Aws:
    """`aws rekognition …` on the stand-in."""

    stand: Stand
    folder: Path

    async def __call__(self, *words: str) -> Any:
        """The JSON a command prints; fails the test when the command fails."""
        done = await self.run(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    async def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [str(PROGRAM), "rekognition", *words, "--endpoint-url", self.stand.url]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_MAX_ATTEMPTS": "1",
        }
        return await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
async def aws(tmp_path: Path) -> AsyncIterator[Aws]:
    """The stand-in, with a second passing at each look at its clock."""
    if not PROGRAM.is_file():
        lacking(f"{PROGRAM} does not exist: run `make {PROGRAM.parents[1].name}/.complete`")
    async with opened(tmp_path / "state", FakeObjects(BUCKET), Clock(step=1.0)) as stand:
        yield Aws(stand, tmp_path)


async def test_from_a_project_to_detections_and_back(aws: Aws) -> None:
    project = (await aws("create-project", "--project-name", "brands", "--tags", "team=a"))["ProjectArn"]
    assert (await aws("list-tags-for-resource", "--resource-arn", project))["Tags"] == {"team": "a"}
    for kind, count in (("TRAIN", 3), ("TEST", 1)):
        await _dataset(aws, project, kind, count)
    output = f"S3Bucket={BUCKET},S3KeyPrefix=out"
    named = ("--project-arn", project, "--version-name", "v1")
    version = (await aws("create-project-version", *named, "--output-config", output))["ProjectVersionArn"]
    # Its own waiters look every two minutes: they are called when there is nothing left to wait for.
    await aws.stand.wait("project_version_training_completed", ProjectArn=project)
    await aws("wait", "project-version-training-completed", "--project-arn", project)
    await aws("start-project-version", "--project-version-arn", version, "--min-inference-units", "1")
    aws.stand.clock.now += aws.stand.account.settings.start_seconds
    await aws("wait", "project-version-running", "--project-arn", project)
    (described,) = (await aws("describe-project-versions", "--project-arn", project))[
        "ProjectVersionDescriptions"
    ]
    assert described["EvaluationResult"]["F1Score"] == pytest.approx(1)
    place = f"S3Object={{Bucket={BUCKET},Name=TRAIN0.png}}"
    found = await aws("detect-custom-labels", "--project-version-arn", version, "--image", place)
    assert [one["Name"] for one in found["CustomLabels"]] == ["red"]
    await aws("stop-project-version", "--project-version-arn", version)
    aws.stand.clock.now += 100
    await aws("delete-project-version", "--project-version-arn", version)


async def _dataset(aws: Aws, project: str, kind: str, count: int) -> None:
    made = await aws("create-dataset", "--project-arn", project, "--dataset-type", kind)
    aws.stand.pass_change()
    lines = []
    for number in range(count):
        await aws.stand.put(f"{kind}{number}.png", scene())
        lines.append(json.dumps(boxed(f"{kind}{number}.png", "red")))
    changes = json.dumps({"GroundTruth": "\n".join(lines)})
    await aws("update-dataset-entries", "--dataset-arn", made["DatasetArn"], "--changes", changes)
    aws.stand.pass_change()
    listed = await aws("list-dataset-entries", "--dataset-arn", made["DatasetArn"], "--page-size", "2")
    assert len(listed["DatasetEntries"]) == count


async def test_text_labels_and_moderation_of_a_local_file(aws: Aws) -> None:
    path = aws.folder / "poster.png"
    path.write_bytes(poster("CASINO 2026"))
    picture = ("--image-bytes", f"fileb://{path}")
    text = (await aws("detect-text", *picture))["TextDetections"]
    assert text[0]["DetectedText"] == "CASINO 2026"
    labels = await aws("detect-labels", *picture, "--features", "GENERAL_LABELS", "IMAGE_PROPERTIES")
    assert [one["Name"] for one in labels["Labels"]] == ["Text"]
    moderation = await aws("detect-moderation-labels", *picture)
    assert [one["Name"] for one in moderation["ModerationLabels"]] == ["Gambling"]


async def test_an_error_is_told_as_amazon_tells_it(aws: Aws) -> None:
    nowhere = "arn:aws:rekognition:eu-west-1:000000000000:project/none/1"
    done = await aws.run("describe-project-versions", "--project-arn", nowhere)
    assert done.returncode != 0
    assert (
        "An error occurred (ResourceNotFoundException) when calling the DescribeProjectVersions"
        in done.stderr
    )
