"""Several detectors as real processes: a model for logos, DetectText for written names, and two models."""

from __future__ import annotations

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from services.cli.local.installation import QUICK
from tests.system.local_stack import LocalStack

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system"), pytest.mark.timeout(900)]

SECONDS = 4


def test_a_written_name_is_found_beside_the_logos_and_kept_apart(stack: LocalStack) -> None:
    path = stack.folder / "written.mp4"
    _write_video_with_text(path, "ACME BANK")
    [video] = stack.submit("--detector", "logos", "--detector", "words", str(path))
    [row] = stack.wait_ended([video])
    assert row["state"] == "COMPLETED", row["error"]
    summary = json.loads(stack.results(video, "json"))
    books = summary["frames"]["detectors"]
    assert {name: made["detected"] for name, made in books.items()} == {"logos": SECONDS, "words": SECONDS}
    written = [brand for brand in summary["brands"] if brand["detector"] == "words"]
    assert [(brand["brand"], brand["screen_time_s"]) for brand in written] == [("Acme Bank", float(SECONDS))]
    frames = json.loads(stack.results(video, "detections"))["frames"]
    assert [frame["detector"] for frame in frames] == ["logos", "words"] * SECONDS
    assert {frame["model"].partition("/")[0] for frame in frames} == {"logostream-local", "text:3.0"}


def test_a_detector_that_nobody_configured_is_refused_in_one_sentence(stack: LocalStack) -> None:
    done = stack.command("submit", "--detector", "faces", "s3://logostream-videos/in/any.mp4")
    assert done.returncode == 2
    assert "no detector is named faces: name one of logos, words." in " ".join(done.stderr.split())


def test_each_film_is_examined_by_the_model_that_its_folder_or_its_submission_names(
    stack: LocalStack,
) -> None:
    path = stack.folder / "families.mp4"
    _write_video_with_text(path, "OCTANE")
    settings = {
        **QUICK,
        "LOGOSTREAM_DETECTORS": json.dumps([_with_a_copy(stack, name) for name in ("football", "motors")]),
        "LOGOSTREAM_ROUTES": json.dumps([{"prefix": "in/motors/", "detectors": ["motors"]}]),
    }
    services = ("extractor", "controller", "aggregator", "detector:football", "detector:motors")
    with stack.beside("families", settings, *services) as families:
        routed = families.put(path, "families-videos", "in/motors/rally.mp4")
        usual = families.put(path, "families-videos", "in/cup.mp4")
        [asked] = families.submit("--detector", "motors", "--detector", "football", str(path))
        rows = [
            families.wait_for_source(routed),
            families.wait_for_source(usual),
            *families.wait_ended([asked]),
        ]
        models = [_models(families, row["id"]) for row in rows]
    assert [row["state"] for row in rows] == ["COMPLETED"] * 3, [row["error"] for row in rows]
    football, motors = {"football": {"football/v1"}}, {"motors": {"motors/v1"}}
    assert models == [motors, football, football | motors]


def _with_a_copy(stack: LocalStack, name: str) -> dict[str, str]:
    """A detector of this name, with a copy of the stack's model in a project of its own."""
    rekognition = stack.client("rekognition")
    project = rekognition.create_project(ProjectName=name)["ProjectArn"]
    copied = rekognition.copy_project_version(
        SourceProjectArn=stack.environment["LOGOSTREAM_PROJECT_ARN"],
        SourceProjectVersionArn=stack.environment["LOGOSTREAM_MODEL_ARN"],
        DestinationProjectArn=project,
        VersionName="v1",
        OutputConfig={"S3Bucket": "logostream-training", "S3KeyPrefix": name},
    )
    return {"name": name, "project_arn": project, "model_arn": copied["ProjectVersionArn"]}


def _models(stack: LocalStack, video: str) -> dict[str, set[str]]:
    """The models that examined a video's frames, by detector."""
    models: dict[str, set[str]] = {}
    for frame in json.loads(stack.results(video, "detections"))["frames"]:
        models.setdefault(frame["detector"], set()).add(frame["model"])
    return models


def _write_video_with_text(path: Path, text: str) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        ramp = np.linspace(90, 160, 640, dtype=np.uint8)
        for number in range(SECONDS * 25):
            wall = np.broadcast_to(np.roll(ramp, number)[None, :, None], (360, 640, 3))
            picture = np.ascontiguousarray(wall)
            cv2.putText(
                picture, text, (120, 180), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (255, 255, 255), 5, cv2.LINE_AA
            )
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
