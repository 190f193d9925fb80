"""From a folder of pictures to a tested, running model and a detection: the commands on the real stand-in."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from shared.aws.clients import clients
from shared.aws.rekognition.detection import CustomLabels
from shared.aws.s3 import S3Objects
from shared.storage.objects import Address
from tests import ministack
from tests.system.processes import base_environment
from tests.unit.rekognition_local.recognition.logos import cross, pasted, rings, wall

LOGOSTREAM = [sys.executable, "-m", "services.cli"]

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("models"), pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class Installation:
    """The embedded AWS and the stand-in, and the environment that leads there."""

    folder: Path
    environment: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `logostream …` to its end."""
        return subprocess.run(
            [*LOGOSTREAM, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def do(self, *words: str) -> str:
        """What `logostream …` prints; fails the test when it fails."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for the module: a model takes a minute to train."""
    ministack.require()
    folder = tmp_path_factory.mktemp("models")
    with ministack.running(folder) as aws, stand_in(folder, aws) as environment:
        yield Installation(folder, environment)


@contextmanager
def stand_in(folder: Path, aws: str) -> Iterator[dict[str, str]]:
    """`python -m services.rekognition_local` on a free port; yields the environment that leads to both."""
    port = ministack.free_port()
    environment = base_environment() | {
        "AWS_ENDPOINT_URL": aws,
        "AWS_ENDPOINT_URL_REKOGNITION": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "LOGOSTREAM_REKOGNITION_PORT": str(port),
        "LOGOSTREAM_STATE_DIR": str(folder / "state"),
        "LOGOSTREAM_HTTP_HOST": "127.0.0.1",
        "LOGOSTREAM_HTTP_PORT": "0",
        "LOGOSTREAM_START_SECONDS": "2",
        "LOGOSTREAM_STOP_SECONDS": "1",
        "LOGOSTREAM_POLL_SECONDS": "0.3",
    }
    with (folder / "stand-in.log").open("wb") as log:
        command = [sys.executable, "-m", "services.rekognition_local"]
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/_admin/clock"))
        yield environment
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def draw_scenes(folder: Path, count: int, seed: int) -> None:
    """YOLO scenes: on each a cross and rings at random places on a mottled wall."""
    rng = np.random.default_rng(seed)
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True)
    (folder / "classes.txt").write_text("cross\nrings\n")
    for number in range(count):
        scene, lines = wall(), []
        for label, logo in enumerate((cross(), rings())):
            scale = float(rng.uniform(0.6, 1.1))
            sized = cv2.resize(logo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            height, width = sized.shape[:2]
            left = int(rng.integers(0, 300 - width)) + 320 * label
            top = int(rng.integers(0, 360 - height))
            pasted(scene, sized, left, top)
            middle = ((left + width / 2) / 640, (top + height / 2) / 360, width / 640, height / 360)
            lines.append(" ".join(map(str, (label, *middle))))
        cv2.imwrite(str(folder / "images" / f"{number}.png"), scene)
        (folder / "labels" / f"{number}.txt").write_text("\n".join(lines))


def test_from_a_folder_of_pictures_to_a_detection_by_a_tested_model(installation: Installation) -> None:
    draw_scenes(installation.folder / "scenes", 10, seed=1)
    assert "0 violations" in installation.do("model", "dataset", "check", "scenes")
    assert "10 of 10 pictures" in installation.do("model", "dataset", "show", "scenes", "-o", "sheet.jpg")
    installation.do("model", "create")
    imported = installation.do("model", "dataset", "import", "scenes")
    assert "the project has 8 to train with and 2 to test with" in imported
    assert "0 pictures uploaded, 0 entries changed" in installation.do("model", "dataset", "import", "scenes")
    model = json.loads(installation.do("model", "train", "--wait", "--json"))
    judged = json.loads(installation.do("model", "evaluate", "--format", "json"))
    assert judged["f1"] == pytest.approx(model["f1"], abs=1e-4)
    assert judged["f1"] > 0.8
    promoted = installation.do("model", "promote", "v1", "--least-f1", "0.5")
    assert f"LOGOSTREAM_MODEL_ARN={model['model_arn']}" in promoted
    assert asyncio.run(detected(installation, model["model_arn"])) == {"cross", "rings"}
    told = installation.do("model", "evaluate", "v1", "--format", "html", "--out", "v1.html", "--worst", "5")
    assert "written to v1.html" in told
    assert "RUNNING" in installation.do("model", "list")


async def detected(installation: Installation, arn: str) -> set[str]:
    """The labels a running model finds in a scene it has not seen."""
    fresh = installation.folder / "fresh"
    draw_scenes(fresh, 1, seed=99)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in installation.environment.items():
            if name.startswith("AWS_"):
                environment.setenv(name, value)
        async with clients() as aws:
            place = Address("logostream-training", "fresh.png")
            await S3Objects(aws.s3).put(place, (fresh / "images" / "0.png").read_bytes(), "image/png")
            return {
                one.label for one in (await CustomLabels(aws.detection, arn, 50.0).detect(place)).detections
            }


def test_a_mistake_is_one_sentence_and_no_traceback(installation: Installation) -> None:
    cases = (
        (("model", "evaluate", "v9", "--project", "nothing"), 1, "there is no project nothing"),
        (("model", "dataset", "check", "gone"), 2, "gone"),
        (("model", "train", "--project", "not a name"), 3, "LOGOSTREAM_PROJECT"),
    )
    for words, code, sentence in cases:
        done = installation.run(*words)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        assert sentence in done.stderr


def test_nobody_is_asked_about_what_is_not_there(installation: Installation) -> None:
    installation.do("model", "create", "--project", "passing")
    done = installation.run("model", "delete", "v9", "--project", "passing")
    assert (done.returncode, done.stdout) == (1, "")
    assert "project passing has no version v9: see `logostream model list`" in " ".join(done.stderr.split())
    assert "project passing is gone" in installation.do("model", "delete", "--project", "passing", "--yes")
    assert "there is no such project" in installation.do("model", "delete", "--project", "passing")


def test_teardown_shows_the_list_asks_and_removes_all_that_is_ours(installation: Installation) -> None:
    installation.do("provision")
    installation.do("model", "create", "--project", "doomed")
    refused = subprocess.run(
        [*LOGOSTREAM, "teardown"],
        cwd=installation.folder,
        env={**installation.environment, "COLUMNS": "120"},
        input="n\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (refused.returncode, "nothing was removed" in refused.stderr) == (1, True)
    assert "doomed with no versions" in refused.stdout
    assert "logostream-frames" in refused.stdout
    assert "all of it is gone" in installation.do("teardown", "--yes")
    assert "there is nothing to remove" in installation.do("teardown")
