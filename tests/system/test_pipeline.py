"""The whole pipeline as real processes: books balance, brands are found, bad input harms only itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import av
import numpy as np
import pytest

from tests.system.conftest import Finished, finished
from tests.system.local_stack import LocalStack
from tests.system.plain_video import write_plain_video

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("system"), pytest.mark.timeout(900)]

STEP = 1.0  # seconds between samples
VIDEOS = ["match", "race"]


@pytest.mark.parametrize("name", VIDEOS)
def test_every_sampled_instant_and_every_published_frame_is_accounted_for(
    undisturbed: dict[str, Finished], name: str
) -> None:
    video = undisturbed[name]
    frames = video.summary["frames"]
    assert video.row["state"] == "COMPLETED", video.row["error"]
    assert frames["sampled"] == video.row["frames"]["expected"] > 15
    assert frames["sampled"] == frames["published"] + sum(frames["skipped"].values())
    assert frames["published"] == sum(frames["detectors"]["logos"][made] for made in ("detected", "failed"))


@pytest.mark.parametrize("name", VIDEOS)
def test_every_brand_is_found_with_each_edge_of_its_exposures_within_one_sampling_interval(
    undisturbed: dict[str, Finished], name: str
) -> None:
    video = undisturbed[name]
    found = _by_brand(
        (row["brand"], float(row["start_s"]), float(row["end_s"]))
        for row in csv.DictReader(io.StringIO(video.exposures))
    )
    truth = _by_brand((each["label"], each["start"], each["end"]) for each in video.truth["exposures"])
    assert {brand: len(edges) for brand, edges in found.items()} == {
        brand: len(edges) for brand, edges in truth.items()
    }
    for brand, edges in truth.items():
        for (start, end), (found_start, found_end) in zip(edges, found[brand], strict=True):
            assert abs(found_start - start) <= STEP, (brand, start, found_start)
            assert abs(found_end - end) <= STEP, (brand, end, found_end)


def test_edges_asked_for_exactly_come_nearer_the_truth_for_few_more_frames(
    stack: LocalStack, undisturbed: dict[str, Finished]
) -> None:
    [path] = stack.samples("match")
    [row] = stack.wait_ended(stack.submit("--edge-precision", "0.1", path))
    exact, coarse = finished(stack, row, Path(path)), undisturbed["match"]
    assert row["state"] == "COMPLETED", row["error"]
    frames = exact.summary["frames"]
    assert 0 < frames["extra"] <= 0.25 * (frames["published"] - frames["extra"])
    assert frames["sampled"] == frames["published"]  # no extra frame was asked for in vain
    assert _off(exact) < _off(coarse) / 2


def test_bad_videos_fail_with_a_sentence_each_while_a_good_one_beside_them_completes(
    stack: LocalStack, undisturbed: dict[str, Finished]
) -> None:
    folder = stack.folder
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "random.mp4").write_bytes(np.random.default_rng(7).bytes(100_000))
    _write_audio_only(folder / "audio.mp4")
    write_plain_video(folder / "good.mp4", seconds=3)
    names = ["empty", "random", "audio", "good"]
    ids = stack.submit(*[str(folder / f"{name}.mp4") for name in names])
    rows = dict(zip(names, stack.wait_ended(ids), strict=True))
    assert rows["good"]["state"] == "COMPLETED"
    for name, word in (("empty", "empty"), ("random", "video"), ("audio", "audio")):
        assert rows[name]["state"] == "FAILED"
        assert word in rows[name]["error"]
        assert "\n" not in rows[name]["error"]
        assert "Traceback" not in rows[name]["error"]


def test_the_same_video_submitted_twice_is_one_video(
    stack: LocalStack, undisturbed: dict[str, Finished]
) -> None:
    before = stack.videos()
    again = stack.submit(*stack.samples("match"))
    assert again == [undisturbed["match"].row["id"]]
    assert stack.videos() == before


def test_an_upload_below_in_is_processed_without_being_submitted(
    stack: LocalStack, undisturbed: dict[str, Finished]
) -> None:
    import boto3

    path = stack.folder / "uploaded by hand.mp4"
    write_plain_video(path, seconds=2)
    s3 = boto3.client(
        "s3",
        endpoint_url=stack.environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    s3.upload_file(str(path), "logostream-videos", "in/uploaded by hand.mp4")
    rows = stack.wait_for_source("s3://logostream-videos/in/uploaded by hand.mp4")
    assert rows["state"] == "COMPLETED"


def _by_brand(rows: object) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for brand, start, end in rows:  # type: ignore[attr-defined]
        found.setdefault(brand, []).append((start, end))
    return {brand: sorted(edges) for brand, edges in sorted(found.items())}


def _off(video: Finished) -> float:
    """Seconds by which all edges together are off, where every exposure is found."""
    rows = csv.DictReader(io.StringIO(video.exposures))
    found = _by_brand((row["brand"], float(row["start_s"]), float(row["end_s"])) for row in rows)
    truth = _by_brand((each["label"], each["start"], each["end"]) for each in video.truth["exposures"])
    pairs = [pair for brand in truth for pair in zip(truth[brand], found[brand], strict=True)]
    return sum(abs(a - b) for true, seen in pairs for a, b in zip(true, seen, strict=True))


def _write_audio_only(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 44100), dtype=np.float32), "fltp", "mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
