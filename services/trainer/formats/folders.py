"""A tree with a picture or a folder of pictures per label: each picture is a logo and nothing else."""

from __future__ import annotations

from pathlib import Path

from services.trainer.formats.files import is_picture, pictures_below
from services.trainer.formats.ground_truth import manifests_in
from services.trainer.formats.pictures import Picture, Reading, Where


def read(source: Path) -> Reading:
    """Every picture, labelled after the folder it is in, or after its own name if it is in none."""
    reading = Reading()
    for entry in sorted(source.iterdir()) if source.is_dir() else [source]:
        if entry.is_dir() and manifests_in(entry):
            reading.wrong(
                Where(entry), f"this folder has a manifest, so it is no label's: name {entry} itself"
            )
        elif entry.is_dir():
            found = [Picture(path, Where(path), whole=entry.name) for path in pictures_below(entry)]
            reading.pictures += found
            if not found:
                reading.wrong(Where(entry), "the folder of this label holds no pictures (.png, .jpg)")
        elif is_picture(entry):
            reading.pictures.append(Picture(entry, Where(entry), whole=entry.stem))
    return reading
