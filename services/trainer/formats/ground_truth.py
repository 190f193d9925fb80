"""SageMaker Ground Truth manifests, with their pictures beside them; `review export` writes them, too."""

from __future__ import annotations

from pathlib import Path

from services.trainer.formats.files import find_picture, read_text
from services.trainer.formats.pictures import Picture, Reading, Where
from shared.datasets import manifest
from shared.datasets.manifest import BadLine, Unlabelled


def manifests_in(folder: Path) -> list[Path]:
    """The manifests in a folder."""
    return sorted(path for suffix in ("manifest", "jsonl") for path in folder.glob(f"*.{suffix}"))


def read(source: Path) -> Reading:
    """A manifest, or all those in a folder. `s3://bucket/key` is looked for as `key` beside the manifest."""
    reading = Reading()
    for path in manifests_in(source) if source.is_dir() else [source]:
        _read_file(path, reading)
    return reading


def _read_file(path: Path, reading: Reading) -> None:
    try:
        lines = read_text(path).splitlines()
    except ValueError as error:
        reading.wrong(Where(path), f"{error}")
        return
    for number, line in enumerate(lines, start=1):
        if line.strip():
            _read_line(path, number, line, reading)


def _read_line(path: Path, number: int, line: str, reading: Reading) -> None:
    where = Where(path, number)
    try:
        key = manifest.reference(line)[1].removeprefix("s3://").partition("/")[2]
        boxes, whole = labels_of(number, line)
    except BadLine as error:
        reading.wrong(where, str(error))
        return
    picture = find_picture(path.parent, path.parent, key)
    if picture is None:
        reading.wrong(where, f"{key} is not beside the manifest: `dataset fetch` copies it there")
        return
    reading.pictures.append(Picture(picture, where, boxes, whole))


def labels_of(number: int, line: str) -> tuple[tuple[manifest.Box, ...], str | None]:
    """Boxes and label of a line, none if it has no labels; raises `BadLine`."""
    try:
        source = manifest.source(number, line)
    except Unlabelled:
        return (), None
    return source.boxes, source.whole
