"""Small labelled pictures on disk, for the tests of the trainer."""

from __future__ import annotations

from pathlib import Path

from tests.unit.rekognition_local.pictures import GREEN, RED, picture, scene


def write(path: Path, data: bytes | str) -> Path:
    """Write a file with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def brands(folder: Path, pictures: int = 5) -> Path:
    """A tree of two brands, a plain colour each, with so many pictures a brand, each of another size."""
    for name, colour in (("red", RED), ("green", GREEN)):
        for number in range(pictures):
            write(folder / name / f"{number}.png", picture(colour, 100 + number, 80))
    return folder


def scenes(folder: Path, count: int) -> list[Path]:
    """Scenes with a red logo, 64 x 48, at (32, 16); each file differs by a byte that nobody reads."""
    return [write(folder / f"{number}.png", scene() + bytes([number])) for number in range(count)]


def as_voc(folder: Path) -> Path:
    """Two such scenes with a Pascal VOC document each."""
    for path in scenes(folder / "JPEGImages", 2):
        box = "<bndbox><xmin>32</xmin><ymin>16</ymin><xmax>96</xmax><ymax>64</ymax></bndbox>"
        text = (
            f"<annotation><filename>{path.name}</filename><object><name>red</name>{box}</object></annotation>"
        )
        write(folder / "Annotations" / f"{path.stem}.xml", text)
    return folder
