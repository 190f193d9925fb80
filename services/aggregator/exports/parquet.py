"""detections.parquet: a row per detection, and one per frame without any, for pandas, Athena and DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.aggregator.outcome.reading import Entry

ROWS = 20_000  # of one row group: counted, so that the bytes do not depend on how the entries came in

SCHEMA = pa.schema(
    [
        ("video_id", pa.string()),
        ("instant", pa.int64()),
        ("grid", pa.int64()),
        ("at_s", pa.float64()),
        ("timestamp_s", pa.float64()),
        ("outcome", pa.string()),
        ("detector", pa.string()),
        ("model", pa.string()),
        ("reason", pa.string()),
        ("measure", pa.float64()),
        ("same_as", pa.int64()),
        ("label", pa.string()),
        ("confidence", pa.float64()),
        ("left", pa.float64()),
        ("top", pa.float64()),
        ("width", pa.float64()),
        ("height", pa.float64()),
    ]
)


class DetectionsParquet:
    """Writes entries, a group of rows at a time."""

    def __init__(self, file: IO[bytes], video_id: str) -> None:
        self._video_id = video_id
        self._writer = pq.ParquetWriter(file, SCHEMA, compression="zstd")
        self._rows: list[dict[str, Any]] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Write these after those before."""
        for entry in entries:
            self._rows += _rows(entry, self._video_id)
            if len(self._rows) >= ROWS:
                self._flush(ROWS)

    def __enter__(self) -> DetectionsParquet:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush(len(self._rows))
        self._writer.close()  # while its file is open: left to the end of its life it would complain

    def _flush(self, count: int) -> None:
        rows, self._rows = self._rows[:count], self._rows[count:]
        self._writer.write_table(pa.Table.from_pylist(rows, SCHEMA))


def _rows(entry: Entry, video_id: str) -> Iterator[dict[str, Any]]:
    frame = {
        "video_id": video_id,
        "instant": entry.instant,
        "grid": entry.grid,
        "at_s": float(entry.at),
        "timestamp_s": entry.timestamp_ms / 1000,
        "outcome": entry.outcome,
        "detector": entry.detector,
        "model": entry.model,
        "reason": entry.reason,
        "measure": entry.measure,
        "same_as": entry.same_as,
    }
    for detection in entry.detections:
        box = detection.box.model_dump() if detection.box else {}
        yield {**frame, "label": detection.label, "confidence": detection.confidence, **box}
    if not entry.detections:
        yield frame
