"""The files: complete or absent, made once, the same every time, and said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from services.samples import making
from services.samples.__main__ import app
from services.samples.boards import advert
from services.samples.brands import CATALOGUE
from services.samples.pen import WHITE, colour
from services.samples.scene import Scene
from services.samples.space import HEIGHT, WIDTH, Camera, Shot, shoot, upright

FPS = Fraction(30000, 1001)


def short_scene() -> Scene:
    board = upright(0, -1, 20, 4, 2, advert("orbelo", (4, 2), WHITE, colour(0x808080)))

    def shot(time: float) -> Shot:
        return shoot(Camera((0, 0, 0), yaw=time, pitch=0, roll=0, focal=1000), [board])

    return Scene("race", FPS, 1, shot)


def broken_scene() -> Scene:
    def shot(time: float) -> Shot:
        if time > 0.2:
            raise KeyboardInterrupt
        return short_scene().shot(time)

    return Scene("race", FPS, 1, shot)


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Scene]], None]:
    return lambda scene: monkeypatch.setitem(making.SCENES, "race", scene)


def test_every_logo_is_a_transparent_picture_of_the_promised_shape(tmp_path: Path) -> None:
    paths = making.make(tmp_path, "logos")
    assert {path.stem for path in paths} == set(CATALOGUE)
    for path in paths:
        image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        assert image is not None
        rows, columns, channels = image.shape
        assert (channels, image[..., 3].min(), image[..., 3].max()) == (4, 0, 255)
        assert 400 <= columns <= 600
        assert 1 <= columns / rows <= 3


def test_logos_fill_their_pictures(tmp_path: Path) -> None:
    for draw in CATALOGUE.values():
        rows, columns = np.nonzero(draw()[..., 3] > 128)
        height, width = draw().shape[:2]
        assert (rows.max() - rows.min()) / height > 0.9
        assert (columns.max() - columns.min()) / width > 0.9


def test_logos_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    first, second = making.make(tmp_path / "a", "logos"), making.make(tmp_path / "b", "logos")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_video_has_the_frames_and_times_of_its_truth(
    tmp_path: Path, play: Callable[[Callable[[], Scene]], None]
) -> None:
    play(short_scene)
    video, truth = making.make(tmp_path, "race")
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (WIDTH, HEIGHT, FPS)
        times = [frame.time for frame in container.decode(stream)]
    content = json.loads(truth.read_text())
    assert times == pytest.approx([float(index / FPS) for index in range(len(content["frames"]))], abs=1e-3)
    assert content["exposures"] == [{"label": "orbelo", "start": 0.0, "end": round(float(29 / FPS), 3)}]


def test_an_interrupted_run_leaves_nothing_that_looks_complete(
    tmp_path: Path, play: Callable[[Callable[[], Scene]], None]
) -> None:
    play(broken_scene)
    with pytest.raises(KeyboardInterrupt):
        making.make(tmp_path, "race")
    assert not any(path.exists() for path in making.files(tmp_path, "race"))
    play(short_scene)
    assert all(path.stat().st_size for path in making.make(tmp_path, "race"))


def test_complete_samples_are_not_made_again(
    tmp_path: Path, play: Callable[[Callable[[], Scene]], None]
) -> None:
    play(short_scene)
    before = [path.stat().st_mtime_ns for path in making.make(tmp_path, "race")]
    play(broken_scene)
    assert [path.stat().st_mtime_ns for path in making.make(tmp_path, "race")] == before


@pytest.mark.parametrize("spoil", ["version", "file"])
def test_samples_of_another_version_or_with_a_file_missing_are_made_again(tmp_path: Path, spoil: str) -> None:
    paths = making.make(tmp_path, "logos")
    if spoil == "version":
        (tmp_path / ".logos.version").write_text("0")
    else:
        paths[0].unlink()
    paths[1].write_bytes(b"old")
    assert making.make(tmp_path, "logos")[1].read_bytes() != b"old"


def test_the_command_names_every_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["--out", str(tmp_path), "--only", "logos"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.splitlines()] == [
        str(path) for path in making.files(tmp_path, "logos")
    ]


def test_the_command_refuses_an_unknown_sample_and_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    unknown = CliRunner().invoke(app, ["--out", str(tmp_path), "--only", "tennis"])
    unwritable = CliRunner().invoke(app, ["--out", str(tmp_path / "file"), "--only", "logos"])
    assert (unknown.exit_code, unwritable.exit_code) == (2, 1)
    assert "Choose another --out" in unwritable.output
