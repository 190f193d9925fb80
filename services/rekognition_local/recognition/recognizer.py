"""The trained recognizer: proposes boxes, judges and refines them, and says how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import cv2
import numpy as np

from services.rekognition_local.recognition import hog
from services.rekognition_local.recognition.calibration import Calibration
from services.rekognition_local.recognition.candidates import Candidates, distinct, joined
from services.rekognition_local.recognition.classifier import Classifier
from services.rekognition_local.recognition.geometry import moved
from services.rekognition_local.recognition.samples import Boxes, Floats, Found, Image
from services.rekognition_local.recognition.templates import Proposals, TemplateBank, propose

LONGEST, SHORTEST = 1280, 640  # pixels of a frame's longer side while it is searched
_MOST_JUDGED, _MOST_PER_LABEL, _LEAST_PER_LABEL = 160, 32, 16  # proposals: of all labels, of each
_WORTH_A_SECOND_LOOK, _SECOND_LOOKS = -4.5, 100  # log-odds; boxes at most
_MORE_LOOKS = 2  # at each such box, from where the look before moved it
_LEAST_CONFIDENCE = 1.0
_FORMAT = 2  # of the saved file


@dataclass(frozen=True, slots=True)
class Recognizer:
    """Finds the logos it was trained on; immutable, so any number of threads may call `detect` at once."""

    labels: tuple[str, ...]
    banks: tuple[TemplateBank, ...]
    classifier: Classifier
    calibration: Calibration

    def detect(self, image: Image) -> list[Found]:
        """All logos in a BGR image (H x W x 3, uint8) from confidence 1 upwards, the surest first."""
        sized, scale = working_size(image)
        candidates = self.candidates(sized)
        confidences = self.calibration.confidence(candidates.odds)
        height, width = image.shape[:2]
        boxes = _clamped(candidates.boxes / scale, width, height)
        found = [
            Found(self.labels[owner], float(confidence), *(float(side) for side in box))
            for owner, confidence, box in zip(candidates.owners, confidences, boxes, strict=True)
            if confidence >= _LEAST_CONFIDENCE and box[2] > 0 and box[3] > 0
        ]
        return sorted(found, key=lambda one: -one.confidence)

    def candidates(self, image: Image) -> Candidates:
        """The judged, refined and mutually distinct boxes of an image of working size."""
        proposals = proposals_in(image, self.banks, len(self.labels))
        return self.candidates_among(proposals, hog.octaves(image))

    def candidates_among(self, proposals: Proposals, halves: list[Image]) -> Candidates:
        """The same, of proposals made already, in an image and its halves."""
        first = self._judged(halves, proposals.boxes)
        promising = np.argsort(-first.odds, kind="stable")[:_SECOND_LOOKS]
        promising = promising[first.odds[promising] > _WORTH_A_SECOND_LOOK]
        looks = [first.only(promising)]
        for _ in range(_MORE_LOOKS):
            looks.append(self._judged(halves, looks[-1].boxes))
        return distinct(joined(looks))

    def _judged(self, halves: list[Image], boxes: Boxes) -> Candidates:
        """The likeliest label of each box, its log-odds against all else, and the box moved onto it."""
        chances, offsets = self.classifier.judge(hog.describe(hog.cut(halves, boxes), boxes))
        owners = chances[:, 1:].argmax(axis=1)
        chance = np.clip(np.exp(chances[np.arange(len(boxes)), owners + 1]), 1e-7, 1 - 1e-7)
        odds = np.log(chance / (1 - chance)).astype(np.float32)
        return Candidates(moved(boxes, offsets), owners, odds)

    def save(self, path: Path) -> None:
        """Write everything to one .npz file, without pickle."""
        arrays: dict[str, Any] = {"format": _FORMAT, "labels": np.array(self.labels)}
        for number, bank in enumerate(self.banks):
            arrays |= {f"bank{number}_{name}": getattr(bank, name) for name in TemplateBank.__slots__}
        arrays |= {f"classifier_{name}": getattr(self.classifier, name) for name in Classifier.__slots__}
        arrays |= {f"calibration_{name}": getattr(self.calibration, name) for name in Calibration.__slots__}
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> Recognizer:
        """Read what `save` wrote. Raises OSError, or ValueError when the file is something else."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return _unpacked(arrays)
        except (KeyError, ValueError, BadZipFile, EOFError) as error:
            raise ValueError(f"{path.name} is not a recognizer of this version; train it again") from error


def _unpacked(arrays: Mapping[str, Any]) -> Recognizer:
    """A recognizer from the arrays of its file; raises KeyError or ValueError when they are not all there."""
    if int(arrays["format"]) != _FORMAT:
        raise ValueError("another format")
    banks: list[TemplateBank] = []
    while f"bank{len(banks)}_grid" in arrays:
        parts = {name: arrays[f"bank{len(banks)}_{name}"] for name in TemplateBank.__slots__}
        rows, columns = parts.pop("grid").tolist()
        banks.append(TemplateBank(grid=(rows, columns), **parts))
    classifier = Classifier(*(arrays[f"classifier_{name}"] for name in Classifier.__slots__))
    calibration = Calibration(*(float(arrays[f"calibration_{name}"]) for name in Calibration.__slots__))
    return Recognizer(tuple(arrays["labels"].tolist()), tuple(banks), classifier, calibration)


def proposals_in(image: Image, banks: Sequence[TemplateBank], labels: int) -> Proposals:
    """The boxes worth judging: the fewer labels there are, the more of each."""
    share = min(max(_MOST_JUDGED // labels, _LEAST_PER_LABEL), _MOST_PER_LABEL)
    return propose(image, banks, labels, share)


def working_size(image: Image) -> tuple[Image, float]:
    """The image scaled to the size the search is tuned for, and that scale."""
    longest = max(image.shape[:2])
    scale = min(1.0, LONGEST / longest) if longest >= SHORTEST else min(2.0, SHORTEST / longest)
    if scale == 1.0:
        return image, scale
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return cv2.resize(image, size, interpolation=how), scale


def _clamped(boxes: Boxes, width: int, height: int) -> Floats:
    """Boxes in ratios of the image, cut off at its edges."""
    corners = np.hstack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])
    corners = np.clip(corners / np.array([width, height] * 2, np.float32), 0, 1)
    return np.hstack([corners[:, :2], corners[:, 2:] - corners[:, :2]]).astype(np.float32)
