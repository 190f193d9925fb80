"""Pictures with logos of one colour, and the manifest lines that label them."""

from __future__ import annotations

import json
from typing import Any

import cv2
import numpy as np

BUCKET = "logos"
RED, GREEN = (0, 0, 255), (0, 255, 0)  # BGR


def picture(colour: tuple[int, int, int], width: int, height: int, kind: str = ".png") -> bytes:
    """A picture of one colour."""
    return _encoded(np.full((height, width, 3), colour, np.uint8), kind)


def scene(kind: str = ".png") -> bytes:
    """320 x 160 pixels of grey with a red logo, 64 x 48, at (32, 16), and a smaller green one, 20 x 10."""
    image = np.full((160, 320, 3), 128, np.uint8)
    image[16:64, 32:96] = RED
    image[100:110, 200:220] = GREEN
    return _encoded(image, kind)


def poster(text: str, kind: str = ".png") -> bytes:
    """800 x 200 pixels of white paper with a line of black text at (40, 80), 40 high."""
    image = np.full((200, 800, 3), 255, np.uint8)
    cv2.putText(image, text, (40, 120), (0, 0, 0), cv2.FontFace("sans"), 56, 700)
    return _encoded(image, kind)


def _encoded(image: np.ndarray, kind: str) -> bytes:
    done, data = cv2.imencode(kind, image)
    assert done
    return data.tobytes()


def boxed(key: str, label: str) -> dict[str, Any]:
    """A manifest line: the logo in `scene` is of this label."""
    return {
        "source-ref": f"s3://{BUCKET}/{key}",
        "boxes": {
            "image_size": [{"width": 320, "height": 160, "depth": 3}],
            "annotations": [{"class_id": 0, "left": 32, "top": 16, "width": 64, "height": 48}],
        },
        "boxes-metadata": {
            "objects": [{"confidence": 1}],
            "class-map": {"0": label},
            "type": "groundtruth/object-detection",
            "human-annotated": "yes",
            "creation-date": "2026-11-22T00:00:00",
        },
    }


def whole(key: str, label: str) -> dict[str, Any]:
    """A manifest line: the picture shows this logo and nothing else."""
    return {
        "source-ref": f"s3://{BUCKET}/{key}",
        "brand": 0,
        "brand-metadata": {
            "confidence": 1,
            "class-name": label,
            "type": "groundtruth/image-classification",
            "human-annotated": "yes",
            "creation-date": "2026-11-22T00:00:00",
        },
    }


def jsonl(*lines: dict[str, Any]) -> bytes:
    """A manifest of these lines."""
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()
