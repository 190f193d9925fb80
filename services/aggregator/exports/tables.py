"""exposures.csv: one line per exposure, for spreadsheets."""

from __future__ import annotations

import csv
import io

from services.aggregator.exports.facts import exposure_facts
from services.aggregator.outcome.summary import Outcome

COLUMNS = (
    "detector",
    "brand",
    "start",
    "end",
    "start_s",
    "end_s",
    "seconds",
    "start_within_s",
    "end_within_s",
    "samples",
    "mean_area_percent",
    "max_area_percent",
    "confidence_percent",
)


def exposures_csv(outcome: Outcome) -> bytes:
    """All exposures, in the order of detectors and of time."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for found in outcome.findings:
        for exposure in found.exposures:
            writer.writerow({"detector": found.detector, **exposure_facts(exposure)})
    return text.getvalue().encode()
