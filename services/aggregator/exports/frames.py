"""detections.json: every sampled frame, written one by one, for a long video's would fill the memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Any

from services.aggregator.exports import VERSION
from services.aggregator.exports.facts import video_facts
from services.aggregator.outcome.reading import Entry
from shared.videos.ledger import Video
from shared.videos.timecode import clock, frame_name


class DetectionsJson:
    """Writes entries, a line each: also those with no logo, those that failed and those screened out."""

    def __init__(self, file: IO[bytes], video: Video) -> None:
        self._file = file
        self._between = "\n"
        self._write(f'{{\n"version": {VERSION},\n"video": {_json(video_facts(video))},\n"frames": [')

    def add(self, entries: Iterable[Entry]) -> None:
        """Write these after those before."""
        for entry in entries:
            self._write(self._between + _json(_facts(entry)))
            self._between = ",\n"

    def __enter__(self) -> DetectionsJson:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("\n]\n}\n")

    def _write(self, text: str) -> None:
        self._file.write(text.encode())


def _facts(entry: Entry) -> dict[str, Any]:
    facts = {
        "name": frame_name(entry.instant, entry.timestamp_ms, entry.grid),
        "instant": entry.instant,
        "at_s": float(entry.at),
        "timestamp_s": entry.timestamp_ms / 1000,
        "timecode": clock(entry.timestamp_ms),
        "outcome": entry.outcome,
        "detector": entry.detector,
        "model": entry.model,
        "reason": entry.reason,
        "measure": entry.measure,
        "same_as": entry.same_as,
        "grid": entry.grid if entry.grid > 1 else None,
    }
    said = {name: value for name, value in facts.items() if value is not None}
    if entry.outcome in ("detected", "inherited"):
        said["detections"] = [detection.model_dump() for detection in entry.detections]
    return said


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)
