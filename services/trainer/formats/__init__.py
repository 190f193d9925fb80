"""Readers of labelled pictures: one module per format; each reads text purely, and finds files beside it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from services.trainer.formats import coco, folders, ground_truth, voc, yolo
from services.trainer.formats.pictures import Reading


class Format(StrEnum):
    """The formats that can be read."""

    GROUND_TRUTH = "ground-truth"
    COCO = "coco"
    YOLO = "yolo"
    VOC = "voc"
    FOLDERS = "folders"


class UnknownFormat(Exception):
    """A file whose name tells no format."""


_MANIFESTS = {".manifest", ".jsonl"}
_READERS: dict[Format, Callable[[Path], Reading]] = {
    Format.GROUND_TRUTH: ground_truth.read,
    Format.COCO: coco.read,
    Format.YOLO: yolo.read,
    Format.VOC: voc.read,
    Format.FOLDERS: folders.read,
}


def read(source: Path, form: Format | None = None) -> Reading:
    """Everything in a folder or file, by the format given or the one it looks like.

    Raises OSError, and `UnknownFormat` for a file that looks like none.
    """
    return _READERS[form or looks_like(source)](source)


def looks_like(source: Path) -> Format:
    """The format of a file by its name, or of a folder by what lies in it; raises `UnknownFormat`."""
    if source.is_file():
        return _of_file(source)
    if ground_truth.manifests_in(source):
        return Format.GROUND_TRUTH
    if coco.documents_in(source):
        return Format.COCO
    if voc.documents_in(source):
        return Format.VOC
    return Format.YOLO if yolo.names_file(source) else Format.FOLDERS


def _of_file(source: Path) -> Format:
    suffix = source.suffix.lower()
    if suffix == ".json":
        return Format.COCO
    if suffix in _MANIFESTS:
        return Format.GROUND_TRUTH
    raise UnknownFormat(
        f"{source} is no manifest (*.manifest, *.jsonl) and no COCO document (*.json): "
        "name one, or a folder of pictures, or say --format"
    )
