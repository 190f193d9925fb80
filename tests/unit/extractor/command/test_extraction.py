"""`logostream extract`: the frames of a file in a folder, without any AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner, Result

from services.extractor.command.app import app
from services.extractor.extraction import NothingToExtract, Part
from services.extractor.media import Span

pytestmark = pytest.mark.real_time

Maker = Callable[..., Path]


def extract(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def clip(make_video: Maker) -> Path:
    """Four seconds whose first frame is black."""
    return make_video([number * 512 for number in range(100)], g="25")


def test_each_frame_is_a_file_named_after_its_time(clip: Path, tmp_path: Path) -> None:
    result = extract(clip, "--every", "0.5", "--out", tmp_path / "o", "--no-screening", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert sorted(path.name for path in (tmp_path / "o").iterdir())[:3] == [
        "frame_0000_00h00m00.000s.jpg",
        "frame_0001_00h00m00.480s.jpg",  # what is on screen at 0.5 s began then
        "frame_0002_00h00m01.000s.jpg",
    ]
    assert [frame["instant"] for frame in told["frames"]] == list(range(8))
    assert told["video"]["duration_s"] == 4.0


def test_what_is_left_out_is_told_and_drawn(clip: Path, tmp_path: Path) -> None:
    result = extract(clip, "--out", tmp_path, "--contact-sheet", "--json")
    told = json.loads(result.stdout)
    assert told["rejected"][0] == {
        "instant": 0,
        "timestamp_s": 0.0,
        "reason": "too dark",
        "measure": 0.0,
        "same_as": None,
    }
    sheet = cv2.imread(str(tmp_path / "contact-sheet.jpg"))
    assert sheet is not None
    blue, green, red = (int(value) for value in sheet[9, 160])  # the edge of the first tile
    assert red > 150 > max(blue, green)


def test_a_part_is_sampled_at_the_instants_of_the_whole(clip: Path, tmp_path: Path) -> None:
    part = extract(clip, "--from", "1", "--to", "0:03", "--out", tmp_path, "--no-screening", "--json")
    assert [frame["instant"] for frame in json.loads(part.stdout)["frames"]] == [1, 2]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--from", "soon"], 2, "soon is no time"),
        (["--every", "0"], 2, "interval is 0"),
        (["--every", "often"], 2, "interval is often"),
        (["--from", "9"], 1, "choose other times"),
        (["--out", __file__], 1, "choose another --out"),
    ],
)
def test_a_wrong_wish_is_one_sentence(clip: Path, words: list[str], code: int, sentence: str) -> None:
    result = extract(clip, *words)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_an_address_without_a_key_is_a_mistake_in_usage() -> None:
    result = extract("s3://bucket")
    assert result.exit_code == 2
    assert "names no object" in result.stderr


def test_what_is_no_video_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "song.mp4").write_bytes(b"la la la")
    for name, sentence in (("song.mp4", "is not a video LogoStream can read"), ("gone.mp4", "no such file")):
        result = extract(tmp_path / name)
        assert (result.exit_code, result.stdout) == (1, "")
        assert sentence in result.stderr


def test_a_damaged_video_leaves_its_good_frames_and_says_so(clip: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.mp4"
    body = clip.read_bytes()
    begin = body.index(b"mdat") + 4
    end = body.index(b"moov")
    middle = (begin + end) // 2
    torn.write_bytes(body[:middle] + bytes(end - 4 - middle) + body[end - 4 :])
    result = extract(torn, "--out", tmp_path / "o", "--no-screening", "--json")
    assert result.exit_code == 1
    assert 0 < len(json.loads(result.stdout)["frames"]) < 4
    assert "the video is damaged: frames are missing from" in result.stderr


@pytest.mark.parametrize(
    ("since", "to", "span"),
    [(0, None, Span(0, 10)), (0, 3, Span(0, 3)), (2, 99, Span(2, 10)), ("1/2", "5/2", Span(1, 3))],
)
def test_a_part_has_the_instants_from_its_beginning_and_before_its_end(
    since: int | str, to: int | str | None, span: Span
) -> None:
    part = Part(Fraction(since), None if to is None else Fraction(to))
    assert part.span(Fraction(10), Fraction(1)) == span


def test_a_part_without_an_instant_is_refused() -> None:
    with pytest.raises(NothingToExtract, match=r"from 3.2 s to 3.9 s \(the video lasts 10 s\)"):
        Part(Fraction("3.2"), Fraction("3.9")).span(Fraction(10), Fraction(1))
