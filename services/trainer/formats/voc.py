"""Pascal VOC folders: an XML file of boxes in pixels per picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from services.trainer.formats.files import find_picture, read_text
from services.trainer.formats.pictures import Picture, Reading, Where
from shared.datasets.manifest import Box


@dataclass(frozen=True, slots=True)
class Described:
    """One document: the file name of its picture, its boxes, and what is wrong with some."""

    name: str
    boxes: tuple[Box, ...]
    problems: tuple[str, ...]


def documents_in(folder: Path) -> list[Path]:
    """The annotations in a folder, or in its `Annotations`."""
    return sorted([*folder.glob("*.xml"), *folder.glob("Annotations/*.xml")])


def read(source: Path) -> Reading:
    """A document, or all those in a folder; pictures lie beside them, or in `JPEGImages` or `images`."""
    reading = Reading()
    for path in documents_in(source) if source.is_dir() else [source]:
        _read_file(path, source if source.is_dir() else path.parent, reading)
    return reading


def _read_file(path: Path, root: Path, reading: Reading) -> None:
    where = Where(path)
    try:
        described = parse(read_text(path))
    except ValueError as error:
        reading.wrong(where, str(error))
        return
    for problem in described.problems:
        reading.wrong(where, problem)
    picture = find_picture(root, path.parent, described.name)
    if picture is None:
        reading.wrong(where, f"picture {described.name} is not beside the annotation")
    else:
        reading.pictures.append(Picture(picture, where, described.boxes))


def parse(text: str) -> Described:
    """One document; raises ValueError when it is no annotation."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"no XML document: {error}") from None
    name = root.findtext("filename", "").strip()
    if root.tag != "annotation" or not name:
        raise ValueError("no Pascal VOC annotation with a filename")
    boxes, problems = [], []
    for at, item in enumerate(root.iter("object")):
        try:
            boxes.append(_box(item))
        except ValueError as error:
            problems.append(f"object {at}: {error}")
    return Described(name, tuple(boxes), tuple(problems))


def _box(item: ElementTree.Element) -> Box:
    label = item.findtext("name", "").strip()
    if not label:
        raise ValueError("it has no name")
    sides = [item.findtext(f"bndbox/{side}", "") for side in ("xmin", "ymin", "xmax", "ymax")]
    try:
        left, top, right, bottom = (float(side) for side in sides)
    except ValueError:
        raise ValueError(f"its bndbox {sides} is not made of numbers") from None
    return Box(label, left, top, right - left, bottom - top)
