"""Finding pictures beside the files that speak of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

PICTURES = {".png", ".jpg", ".jpeg"}
_SIDE_BY_SIDE = ("images", "JPEGImages")  # where YOLO and Pascal VOC keep pictures


def is_picture(path: Path) -> bool:
    """Whether the name is that of a picture that AWS takes."""
    return path.suffix.lower() in PICTURES


def pictures_below(folder: Path) -> Iterator[Path]:
    """All pictures in a folder and those below it, by name."""
    yield from (path for path in sorted(folder.rglob("*")) if is_picture(path) and path.is_file())


def find_picture(root: Path, beside: Path, name: str) -> Path | None:
    """A picture by the name a label file gives it: beside that file, or below the root."""
    tries = [beside / name, root / name]
    tries += [folder / name for side in _SIDE_BY_SIDE for folder in (root / side, beside.parent / side)]
    return next((path for path in tries if path.is_file() and path.is_relative_to(root)), None)


def read_text(path: Path) -> str:
    """The text of a file; raises ValueError with a sentence when it is no text."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not a text file in UTF-8") from None
