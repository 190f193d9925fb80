"""Training material from a folder: one picture or folder per brand, or a Ground Truth manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.running import Failure

PICTURES = {".png", ".jpg", ".jpeg"}
CREATED = "2026-01-01T00:00:00"  # the manifest format wants a date; a fixed one keeps it reproducible


@dataclass(frozen=True, slots=True)
class Picture:
    """One training picture: the local file, its key below the dataset's prefix, and its manifest line."""

    path: Path
    key: str
    line: dict[str, Any]  # without its source-ref


def read_logos(logos: Path) -> list[Picture]:
    """All training pictures of a folder or manifest; raises `Failure` when there are none."""
    if not logos.exists():
        raise Failure(f"{logos} does not exist: name a folder of logos, or a Ground Truth manifest")
    manifest = logos if logos.is_file() else _manifest_in(logos)
    pictures = list(_from_manifest(manifest) if manifest else _from_folder(logos))
    if not pictures:
        raise Failure(f"{logos} holds no pictures: put one .png or .jpg, or one folder of them, per brand")
    return pictures


def _manifest_in(folder: Path) -> Path | None:
    manifests = sorted(folder.glob("*.manifest"))
    if len(manifests) > 1:
        names = ", ".join(path.name for path in manifests)
        raise Failure(f"{folder} holds several manifests ({names}): name the one to train on")
    return manifests[0] if manifests else None


def _from_folder(folder: Path) -> Iterator[Picture]:
    for entry in sorted(folder.iterdir()):
        files = sorted(entry.iterdir()) if entry.is_dir() else [entry]
        for path in files:
            if path.suffix.lower() in PICTURES:
                yield Picture(path, str(path.relative_to(folder)), _whole_picture(entry.stem))


def _whole_picture(brand: str) -> dict[str, Any]:
    """A logo-only picture carries its brand as an image-level label."""
    return {
        "brand": 0,
        "brand-metadata": {
            "confidence": 1,
            "class-name": brand,
            "human-annotated": "yes",
            "creation-date": CREATED,
            "type": "groundtruth/image-classification",
        },
    }


def _from_manifest(manifest: Path) -> Iterator[Picture]:
    try:
        lines = manifest.read_text().splitlines()
    except UnicodeDecodeError:
        raise Failure(f"{manifest} is no Ground Truth manifest: name one, or a folder of logos") from None
    for number, text in enumerate(lines, start=1):
        if text.strip():
            yield _from_line(manifest, number, text)


def _from_line(manifest: Path, number: int, text: str) -> Picture:
    try:
        line = json.loads(text)
        key = line.pop("source-ref").removeprefix("s3://").partition("/")[2]
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Failure(f"{manifest}, line {number} is no Ground Truth line with a source-ref") from None
    path = manifest.parent / key
    if not path.is_file():
        raise Failure(f"{manifest}, line {number} names {key}, which is not beside the manifest")
    return Picture(path, key, line)
