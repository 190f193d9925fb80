"""Promises of reading labelled pictures: the same boxes from every format, mistakes with file and line."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.trainer.datasets.lines import line
from services.trainer.formats import Format, UnknownFormat, coco, looks_like, read, voc, yolo
from shared.datasets import manifest
from shared.datasets.manifest import Box
from tests.unit.trainer.samples import as_voc, brands, scenes, write

BOX = Box("red", 32, 16, 64, 48)
WIDTH, HEIGHT = 320, 160


def as_ground_truth(folder: Path) -> Path:
    rows = [line(f"s3://any/{path.name}", [BOX], None, WIDTH, HEIGHT, ["red"]) for path in scenes(folder, 2)]
    write(folder / "train.manifest", "\n".join(rows))
    return folder


def as_coco(folder: Path) -> Path:
    paths = scenes(folder / "images", 2)
    document = {
        "images": [
            {"id": n, "file_name": path.name, "width": 1, "height": 1} for n, path in enumerate(paths)
        ],
        "categories": [{"id": 7, "name": "red"}],
        "annotations": [{"image_id": n, "category_id": 7, "bbox": [32, 16, 64, 48]} for n in range(2)],
    }
    write(folder / "annotations" / "all.json", json.dumps(document))
    return folder


def as_yolo(folder: Path) -> Path:
    for path in scenes(folder / "images" / "train", 2):
        write(folder / "labels" / "train" / f"{path.stem}.txt", "1 0.2 0.25 0.2 0.3\n")
    write(folder / "data.yaml", "names:\n  0: green\n  1: red\n")
    return folder


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (as_ground_truth, Format.GROUND_TRUTH),
        (as_coco, Format.COCO),
        (as_yolo, Format.YOLO),
        (as_voc, Format.VOC),
    ],
)
def test_every_format_is_known_by_its_looks_and_gives_the_same_boxes(
    tmp_path: Path, make: Any, form: Format
) -> None:
    folder = make(tmp_path)
    assert looks_like(folder) is form
    reading = read(folder)
    assert reading.violations == []
    assert [picture.path.name for picture in reading.pictures] == ["0.png", "1.png"]
    for picture in reading.pictures:
        (box,) = picture.boxes
        assert box.label == "red"
        assert (box.left, box.top, box.width, box.height) == pytest.approx((32, 16, 64, 48))


def test_a_file_of_no_known_name_is_refused_unless_its_format_is_said(tmp_path: Path) -> None:
    scene = next(as_ground_truth(tmp_path).glob("*.manifest")).rename(tmp_path / "boxes.txt")
    with pytest.raises(UnknownFormat, match="is no manifest"):
        read(scene)
    assert len(read(scene, Format.GROUND_TRUTH).pictures) == 2


def test_a_tree_of_brands_labels_whole_pictures(tmp_path: Path) -> None:
    brands(tmp_path, 2)
    write(tmp_path / "Bolt.JPG", b"picture")
    write(tmp_path / "notes.txt", "none")
    (tmp_path / "empty").mkdir()
    assert looks_like(tmp_path) is Format.FOLDERS
    reading = read(tmp_path)
    assert [picture.whole for picture in reading.pictures] == ["Bolt", "green", "green", "red", "red"]
    assert "empty: the folder of this label holds no pictures" in str(reading.violations[0])


def test_a_folder_around_datasets_is_not_taken_for_one(tmp_path: Path) -> None:
    write(tmp_path / "logos" / "review.manifest", "")
    write(tmp_path / "logos" / "0.png", b"picture")
    reading = read(tmp_path)
    assert reading.pictures == []
    assert f"name {tmp_path / 'logos'} itself" in str(reading.violations[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no json", "not JSON"),
        ("[1]", "not a JSON object"),
        ("{}", "source-ref is missing"),
        ('{"source-ref": "s3://any/gone.png"}', "gone.png is not beside the manifest"),
    ],
)
def test_a_bad_manifest_line_is_told_with_file_and_line(tmp_path: Path, text: str, reason: str) -> None:
    path = write(tmp_path / "train.manifest", f"\n{text}\n")
    (violation,) = read(path).violations
    assert str(violation).startswith(f"{path}:2: ")
    assert reason in str(violation)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("1 0.5 0.5 0.1", "is not `label x y width height`"), ("9 0.5 0.5 0.1 0.1", "label 9 has no name")],
)
def test_a_bad_yolo_line_is_told_with_file_and_line(tmp_path: Path, text: str, reason: str) -> None:
    folder = as_yolo(tmp_path)
    path = write(folder / "labels" / "train" / "0.txt", f"1 0.2 0.25 0.2 0.3\n{text}\n")
    (violation,) = read(folder).violations
    assert str(violation).startswith(f"{path}:2: ")
    assert reason in str(violation)


def test_files_that_are_not_what_they_seem_are_one_violation_each(tmp_path: Path) -> None:
    document = write(tmp_path / "a.json", '{"annotations": 5}')
    annotation = write(tmp_path / "b.xml", "<annotation><object>")
    empty = write(tmp_path / "c.xml", "<note/>")
    table = write(tmp_path / "d.manifest", b"\xff\xfe\x00")
    assert "no COCO document" in str(read(document).violations[0])
    assert "no XML document" in str(read(annotation, Format.VOC).violations[0])
    assert "no Pascal VOC annotation" in str(read(empty, Format.VOC).violations[0])
    assert "not a text file" in str(read(table).violations[0])
    assert "names of the labels are missing" in str(read(tmp_path, Format.YOLO).violations[0])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
documents = st.fixed_dictionaries(
    {
        "images": st.lists(
            st.fixed_dictionaries({"id": st.integers(0, 3), "file_name": st.just("a")}) | json_values
        ),
        "categories": st.lists(
            st.fixed_dictionaries({"id": st.integers(0, 3), "name": st.just("b")}) | json_values
        ),
        "annotations": json_values
        | st.lists(
            st.fixed_dictionaries(
                {"image_id": st.integers(0, 4), "category_id": st.integers(0, 4), "bbox": json_values}
            )
        ),
    }
)


@given(documents | json_values)
def test_whatever_document_is_given_it_is_read_or_refused_with_a_sentence(document: Any) -> None:
    try:
        described, problems = coco.parse(document)
    except ValueError:
        return
    count = len(document["annotations"])
    assert sum(len(one.boxes) for one in described) + len(problems) == count


@given(st.text(max_size=60))
def test_whatever_line_is_given_it_is_a_box_or_refused(text: str) -> None:
    try:
        box = yolo.parse(text, {0: "a", 1: "b"}, 100, 50)
    except yolo.BadBox:
        return
    assert box.label in ("a", "b")


@given(st.text(max_size=60) | st.text("<>/annotionfileme ", max_size=60))
def test_whatever_xml_is_given_it_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert voc.parse(text).name


sides = st.integers(1, 300)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 99), st.integers(0, 99), sides, sides),
        max_size=5,
    )
)
def test_what_is_written_as_a_line_is_read_back_the_same(boxes: list[tuple[str, int, int, int, int]]) -> None:
    given_boxes = tuple(Box(*box) for box in boxes)
    text = line("s3://bucket/key.png", given_boxes, None, 400, 400, ["a", "b"])
    if not given_boxes:
        with pytest.raises(manifest.Unlabelled):
            manifest.source(1, text)
        return
    assert manifest.source(1, text).boxes == given_boxes


@given(st.sampled_from(["a", "b"]))
def test_a_label_of_the_whole_is_read_back_the_same(label: str) -> None:
    source = manifest.source(1, line("s3://bucket/key.png", (), label, 1, 1, ["a", "b"]))
    assert (source.whole, source.place) == (label, "s3://bucket/key.png")


@pytest.mark.parametrize(
    ("suffix", "text", "names"),
    [
        (".yaml", "names: [a, b]", {0: "a", 1: "b"}),
        (".yaml", "names: {1: b}", {1: "b"}),
        (".txt", "a\n\nb\n", {0: "a", 1: "b"}),
    ],
)
def test_label_names_come_in_three_ways(suffix: str, text: str, names: dict[int, str]) -> None:
    assert yolo.names_of(suffix, text) == names
    with pytest.raises(ValueError, match="names"):
        yolo.names_of(".yaml", "other: 1")
