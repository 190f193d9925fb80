"""Training material: a folder with a picture or a folder per brand, or a Ground Truth manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.cli.logos import read_logos
from services.cli.running import Failure

BOX = {"bounding-box": {"annotations": [{"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4}]}}


def write(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
    return folder


def manifest(path: Path, *lines: object) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def brands(folder: Path) -> list[tuple[str, str]]:
    """The key and the brand of each picture."""
    return [(picture.key, picture.line["brand-metadata"]["class-name"]) for picture in read_logos(folder)]


def test_a_picture_is_named_after_its_brand(tmp_path: Path) -> None:
    write(tmp_path, "Acme.png", "Bolt.JPG", "notes.txt")
    assert brands(tmp_path) == [("Acme.png", "Acme"), ("Bolt.JPG", "Bolt")]


def test_all_pictures_of_a_folder_are_of_its_brand(tmp_path: Path) -> None:
    write(tmp_path, "Acme/2.png", "Acme/1.jpeg", "Acme/.DS_Store", "Bolt.png")
    assert brands(tmp_path) == [("Acme/1.jpeg", "Acme"), ("Acme/2.png", "Acme"), ("Bolt.png", "Bolt")]


@pytest.mark.parametrize("named", ["folder", "manifest"])
def test_a_manifest_is_read_with_the_pictures_beside_it(tmp_path: Path, named: str) -> None:
    write(tmp_path, "train/0.jpg", "train/half #1.jpg")
    path = manifest(
        tmp_path / "train.manifest",
        {"source-ref": "s3://bench/train/0.jpg", **BOX},
        "",
        {"source-ref": "s3://bench/train/half #1.jpg"},
    )
    first, second = read_logos(tmp_path if named == "folder" else path)
    assert (first.key, first.path, first.line) == ("train/0.jpg", tmp_path / "train/0.jpg", BOX)
    assert second.path.is_file()


@pytest.mark.parametrize("line", ["no json", "5", "[1]", "{}", '{"source-ref": 5}', '{"source-ref": null}'])
def test_a_line_that_is_none_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    write(tmp_path, "0.jpg")
    path = manifest(tmp_path / "train.manifest", {"source-ref": "s3://bench/0.jpg"}, line)
    with pytest.raises(Failure, match="line 2 is no Ground Truth line"):
        read_logos(path)


def test_a_picture_that_is_not_beside_the_manifest_is_named(tmp_path: Path) -> None:
    path = manifest(tmp_path / "train.manifest", {"source-ref": "s3://bench/train/7.jpg"})
    with pytest.raises(Failure, match=r"line 1 names train/7\.jpg, which is not beside the manifest"):
        read_logos(path)


def test_a_picture_given_as_a_manifest_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "Acme.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    with pytest.raises(Failure, match=r"Acme\.png is no Ground Truth manifest"):
        read_logos(path)


def test_several_manifests_are_for_the_user_to_choose_from(tmp_path: Path) -> None:
    manifest(tmp_path / "train.manifest")
    manifest(tmp_path / "val.manifest")
    with pytest.raises(Failure, match=r"several manifests \(train.manifest, val.manifest\)"):
        read_logos(tmp_path)


def test_an_empty_folder_and_a_missing_one_are_one_sentence_each(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"holds no pictures: put one \.png or \.jpg"):
        read_logos(tmp_path)
    with pytest.raises(Failure, match="gone does not exist: name a folder of logos"):
        read_logos(tmp_path / "gone")
