"""resultados_detecciones.json, pure: the file that AWS's sample notebooks write, for scripts that read it.

A list in the order of time, with a frame's name and its labels and confidences; boxes, times and frames that
failed are not in it. Extra frames, which the notebooks do not know, are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def legacy(frames: Iterable[Mapping[str, Any]], suffix: str) -> str:
    """The file, from the frames of detections.json; of several detectors all labels are listed."""
    found: dict[int, dict[str, Any]] = {}
    for frame in frames:
        if "detections" in frame and "grid" not in frame:
            name = _name(frame["instant"], int(frame["at_s"]), suffix)
            listed = found.setdefault(frame["instant"], {"frame": name, "detections": []})
            listed["detections"] += [_detection(each) for each in frame["detections"]]
    return json.dumps(list(found.values()), indent=2)


def _name(instant: int, second: int, suffix: str) -> str:
    return f"frame_{instant:04d}_min{second // 60:02d}_sec{second % 60:02d}.{suffix}"


def _detection(detection: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": detection["label"], "confidence": round(detection["confidence"], 2)}
