"""YOLO folders: a text file of boxes per picture, in ratios of it, and a file with the labels' names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from services.trainer.formats.files import pictures_below, read_text
from services.trainer.formats.pictures import Picture, Reading, Where
from shared.datasets.manifest import Box
from shared.datasets.picturesize import NoPicture, size_of

_NAMES = ("data.yaml", "data.yml", "dataset.yaml", "classes.txt", "obj.names")


class BadBox(ValueError):
    """A line is no box; the text says how."""


def names_file(folder: Path) -> Path | None:
    """The file with the names of the labels: in the folder, or in its `labels`."""
    tries = [folder / name for name in _NAMES] + [folder / "labels" / name for name in _NAMES]
    return next((path for path in tries if path.is_file()), None)


def read(source: Path) -> Reading:
    """Every picture below the folder, with the boxes in the text file of its name, if there is one."""
    reading = Reading()
    file = names_file(source)
    if file is None:
        reading.wrong(Where(source), f"the names of the labels are missing: add one of {', '.join(_NAMES)}")
        return reading
    try:
        names = names_of(file.suffix, read_text(file))
    except (ValueError, yaml.YAMLError) as error:
        reading.wrong(Where(file), f"it names no labels: {error}")
        return reading
    for path in pictures_below(source):
        _read_picture(source, path, names, reading)
    return reading


def names_of(suffix: str, text: str) -> dict[int, str]:
    """Label names by their number, from a YAML file's `names`, or one a line; raises ValueError."""
    if suffix not in (".yaml", ".yml"):
        return dict(enumerate(line.strip() for line in text.splitlines() if line.strip()))
    document: Any = yaml.safe_load(text)
    names = document.get("names") if isinstance(document, dict) else None
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names)}
    if isinstance(names, dict):
        return {int(number): str(name) for number, name in names.items()}
    raise ValueError("there is no list of `names`")


def _read_picture(root: Path, path: Path, names: dict[int, str], reading: Reading) -> None:
    file = _label_file(root, path)
    if file is None:
        reading.pictures.append(Picture(path, Where(path)))
        return
    try:
        width, height = size_of(path.read_bytes())
    except NoPicture as error:
        reading.wrong(Where(path), str(error))
        return
    boxes: dict[int, Box] = {}
    for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            boxes[number] = parse(line, names, width, height)
        except BadBox as error:
            reading.wrong(Where(file, number), str(error))
    reading.pictures.append(Picture(path, Where(file), tuple(boxes.values()), lines=tuple(boxes)))


def _label_file(root: Path, path: Path) -> Path | None:
    """`images/a/b.jpg` has its boxes in `labels/a/b.txt`; otherwise they lie beside the picture."""
    inner = path.relative_to(root).with_suffix(".txt")
    parts = ["labels" if part == "images" else part for part in inner.parts]
    tries = (path.with_suffix(".txt"), root.joinpath(*parts), root / "labels" / path.with_suffix(".txt").name)
    return next((file for file in tries if file.is_file()), None)


def parse(line: str, names: dict[int, str], width: int, height: int) -> Box:
    """A line `label x y width height` (middle of the box, in ratios) as pixels; raises `BadBox`."""
    parts = line.split()
    try:
        number = int(parts[0])
        x, y, wide, high = (float(part) for part in parts[1:5])
    except (ValueError, IndexError):
        raise BadBox(f"{line.strip()!r} is not `label x y width height`") from None
    if number not in names:
        raise BadBox(f"label {number} has no name")
    return Box(names[number], (x - wide / 2) * width, (y - high / 2) * height, wide * width, high * height)
