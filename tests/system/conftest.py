"""The undisturbed run that others are compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.system.local_stack import LocalStack


@dataclass(frozen=True, slots=True)
class Finished:
    """A sample video that went through the pipeline."""

    row: dict[str, Any]
    summary: dict[str, Any]
    exposures: str  # CSV
    detections: bytes
    truth: dict[str, Any]


@pytest.fixture(scope="session")
def undisturbed(stack: LocalStack) -> dict[str, Finished]:
    """Both sample videos, processed in peace."""
    paths = stack.samples("match", "race")
    rows = stack.wait_ended(stack.submit(*paths))
    return {Path(path).stem: finished(stack, row, Path(path)) for path, row in zip(paths, rows, strict=True)}


def finished(stack: LocalStack, row: dict[str, Any], path: Path) -> Finished:
    return Finished(
        row=row,
        summary=json.loads(stack.results(row["id"], "json")),
        exposures=stack.results(row["id"], "csv"),
        detections=stack.results(row["id"], "detections").encode(),
        truth=json.loads(path.with_suffix(".gt.json").read_text()),
    )
