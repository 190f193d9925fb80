"""The entries of a dataset: JSON lines by source-ref, what is wrong with each, and what they add up to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.rekognition_local.resources.datasets import Stats
from shared.datasets import manifest
from shared.datasets.manifest import BadLine, Labelled, Unlabelled


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its picture, its labels (each box counts), and what is wrong with it, if anything."""

    reference: str
    row: dict[str, Any]
    boxes: tuple[str, ...] = ()
    whole: str | None = None
    problem: str | None = None

    @property
    def labels(self) -> set[str]:
        return {*self.boxes, *([self.whole] if self.whole else [])}

    def told(self) -> str:
        """The line as ListDatasetEntries tells it: with what the service found out about it."""
        found: dict[str, Any] = {"is_labeled": bool(self.labels)}
        if self.problem:
            found["has_errors"] = True
            found["errors"] = [{"code": "ERROR_INVALID_LINE", "message": self.problem}]
        return json.dumps({**self.row, "cl-metadata": found})


def parse(lines: Iterable[str]) -> list[Entry]:
    """Entries of manifest lines, the last of each source-ref; raises `BadLine` where a line is no entry."""
    entries = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = entry(number, line)
            entries[found.reference] = found
    return list(entries.values())


def entry(number: int, line: str) -> Entry:
    """One line as an entry, with errors or without; raises `BadLine` when it names no picture."""
    row, reference = manifest.reference(line)
    row.pop("cl-metadata", None)
    try:
        source: Labelled = manifest.source(number, line)
    except Unlabelled:
        return Entry(reference, row)
    except BadLine as error:
        return Entry(reference, row, problem=str(error))
    return Entry(reference, row, tuple(box.label for box in source.boxes), source.whole)


def merged(old: Sequence[Entry], new: Iterable[Entry]) -> list[Entry]:
    """The old entries with those of the same source-ref replaced, and the others added behind."""
    entries = {one.reference: one for one in old}
    entries.update((one.reference, one) for one in new)
    return list(entries.values())


def stats(entries: Iterable[Entry]) -> Stats:
    """What entries add up to."""
    entries = list(entries)
    return Stats(
        labelled=sum(bool(one.labels) for one in entries),
        total=len(entries),
        labels=len({label for one in entries for label in one.labels}),
        errors=sum(one.problem is not None for one in entries),
    )


def label_counts(entries: Iterable[Entry]) -> list[tuple[str, int, int]]:
    """Each label by name, with the entries that have it and the boxes."""
    images: Counter[str] = Counter()
    boxes: Counter[str] = Counter()
    for one in entries:
        images.update(one.labels)
        boxes.update(one.boxes)
    return [(label, images[label], boxes[label]) for label in sorted(images)]
