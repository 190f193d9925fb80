"""Promises of the check: every limit of Custom Labels, each violation with its place, before any upload."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.trainer.datasets import checking
from services.trainer.datasets.checking import Facts, Verdict
from services.trainer.datasets.lines import parcels
from services.trainer.formats.pictures import Picture, Reading, Where
from shared.datasets.manifest import MOST_LABELS, Box
from shared.datasets.picturesize import MOST_BYTES_STORED
from tests.unit.rekognition_local.pictures import RED, picture
from tests.unit.trainer.samples import brands, write

GOOD = Facts(1000, 640, 480)
BOX = Box("a", 10, 10, 50, 50)


def one(path: str = "p.png", boxes: tuple[Box, ...] = (BOX,), whole: str | None = None) -> Picture:
    return Picture(Path(path), Where(Path("labels"), 3), boxes, whole)


def verdict(*pictures: Picture, facts: Facts = GOOD) -> Verdict:
    return checking.check(Reading(list(pictures)), Path("source"), lambda path: facts)


def reasons(*pictures: Picture, facts: Facts = GOOD) -> list[str]:
    return [str(violation) for violation in verdict(*pictures, facts=facts).violations]


def test_sound_pictures_have_no_violations() -> None:
    found = verdict(one("p.png"), one("q.png"))
    assert (found.violations, len(found.sound)) == ((), 2)
    assert "fewer than 10 images" in found.warnings[0]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (Facts(MOST_BYTES_STORED + 1, 640, 480), "bytes"),
        (Facts(1, 4097, 480), "sides end at 4096"),
        (Facts(1, 63, 480), "sides begin at 64"),
        (Facts(1, 64 * 21, 64), "longer than 20 : 1"),
    ],
)
def test_each_limit_of_a_file_is_told_with_its_line(facts: Facts, reason: str) -> None:
    found = reasons(one(boxes=(Box("a", 1, 1, 5, 5),)), facts=facts)
    assert found[0].startswith("labels:3: p.png: ")
    assert reason in found[0]


@pytest.mark.parametrize(
    ("picture", "reason"),
    [
        (one(boxes=(BOX,) * 51), "51 boxes"),
        (one(boxes=(Box("a", 600, 10, 50, 50),)), "reaches out of the picture"),
        (one(boxes=(Box("a", -1, 10, 50, 50),)), "reaches out of the picture"),
        (one(boxes=(Box("a", 1, 1, 0, 5),)), "is empty"),
        (one(boxes=(Box("a", float("nan"), 1, 5, 5),)), "is empty"),
        (one(boxes=(Box(" ", 1, 1, 5, 5),)), "no label name"),
        (one(boxes=(Box("x" * 256, 1, 1, 5, 5),)), "no label name"),
    ],
)
def test_each_limit_of_the_labels_is_told(picture: Picture, reason: str) -> None:
    assert any(reason in told for told in reasons(picture))


def test_a_bad_box_is_told_with_its_own_line() -> None:
    bad = Box("a", 600, 10, 50, 50)
    picture = Picture(Path("p.png"), Where(Path("p.txt")), (BOX, bad), lines=(1, 3))
    assert reasons(picture)[0].startswith("p.txt:3: p.png: A box of 'a' (600, ")


def test_limits_of_the_whole_are_told() -> None:
    many = [one(f"{n}.png", (Box(f"label {n}", 1, 1, 5, 5),)) for n in range(MOST_LABELS + 1)]
    assert f"{MOST_LABELS + 1} labels" in reasons(*many)[0]
    assert "No image is labelled" in reasons(one(boxes=()))[0]
    assert "at least two labels" in reasons(one(boxes=(), whole="a"))[0]
    assert "one kind only" in reasons(one("p.png"), one("q.png", (), "a"))[0]
    assert "was named before" in reasons(one(), one())[0]


def test_training_and_test_pictures_are_kept_apart() -> None:
    training, test = verdict(one("p.png")), verdict(one("p.png"), one("q.png", (Box("b", 1, 1, 5, 5),)))
    told = [str(violation) for violation in checking.apart(training, test, Path("source"))]
    assert "p.png is in the training set, too" in told[0]
    strange = verdict(*(one(f"{n}.png", (Box(n, 1, 1, 5, 5),)) for n in "bcd"))
    assert "Fewer than half" in str(checking.apart(training, strange, Path("source"))[0])


def test_real_files_are_measured(tmp_path: Path) -> None:
    brands(tmp_path)
    assert checking.measure(tmp_path / "red" / "3.png").width == 103
    damaged = write(tmp_path / "red" / "9.png", b"noise")
    reading = Reading([Picture(damaged, Where(damaged), whole="red")])
    found = checking.check(reading, tmp_path).violations
    assert "neither PNG nor JPEG" in str(found[0])
    gone = Picture(tmp_path / "gone.png", Where(tmp_path))
    assert "cannot be read" in str(checking.check(Reading([gone]), tmp_path).violations[0])


def test_a_jpeg_with_a_long_head_is_measured_all_the_same(tmp_path: Path) -> None:
    data = picture(RED, 90, 70, ".jpg")
    comment = b"\xff\xfe" + (0xFFFF).to_bytes(2, "big") + bytes(0xFFFD)
    path = write(tmp_path / "long.jpg", data[:2] + comment * 5 + data[2:])
    assert checking.measure(path) == Facts(path.stat().st_size, 90, 70)


@given(st.lists(st.text("abc{}", max_size=30), max_size=30), st.integers(5, 60))
def test_parcels_are_small_and_lose_nothing(lines: list[str], most: int) -> None:
    packed = parcels(lines, most)
    assert b"".join(packed) == "".join(f"{line}\n" for line in lines).encode()
    assert all(len(parcel) <= most or parcel.count(b"\n") == 1 for parcel in packed)
