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


_READERS: dict[Format, Callable[[Path], Reading]] = {
    Format.GROUND_TRUTH: ground_truth.read,
    Format.COCO: coco.read,
    Format.YOLO: yolo.read,
    Format.VOC: voc.read,
    Format.FOLDERS: folders.read,
}


def read(source: Path, form: Format | None = None) -> Reading:
    """Everything in a folder or file, by the format given or the one it looks like; raises OSError."""
    return _READERS[form or looks_like(source)](source)


def looks_like(source: Path) -> Format:
    """The format of a file by its name, or of a folder by what lies in it."""
    if source.is_file():
        return Format.COCO if source.suffix.lower() == ".json" else Format.GROUND_TRUTH
    if ground_truth.manifests_in(source):
        return Format.GROUND_TRUTH
    if coco.documents_in(source):
        return Format.COCO
    if voc.documents_in(source):
        return Format.VOC
    return Format.YOLO if yolo.names_file(source) else Format.FOLDERS
