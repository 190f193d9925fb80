"""summary.json: the video, its books and each brand's totals; docs/summary.schema.json describes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from services.aggregator.analysis.measures import BrandTotal
from services.aggregator.exports import VERSION
from services.aggregator.exports.facts import brand_facts, video_facts
from services.aggregator.outcome.bill import Bill, bill
from services.aggregator.outcome.summary import Examination, Outcome, error_of


def summary_json(outcome: Outcome) -> bytes:
    """Everything but single frames and single exposures."""
    document = summary(outcome)
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def summary(outcome: Outcome) -> dict[str, Any]:
    """The document, as plain values."""
    books = outcome.books
    return {
        "version": VERSION,
        "video": video_facts(outcome.video),
        "state": outcome.state.value,
        "error": error_of(books),
        "frames": {
            "sampled": books.sampled,
            "published": books.published,
            "extra": books.extra,
            "skipped": books.skipped,
            "detectors": {made.detector: _examination(made) for made in books.examinations},
        },
        "analysis": asdict(outcome.video.options.analysis),
        "brands": [
            {"detector": found.detector, **brand_facts(total), "heat_map_s": _heat(total)}
            for found in outcome.findings
            for total in found.brands
        ],
        "bill": _bill(bill(books)),
    }


def _examination(made: Examination) -> dict[str, Any]:
    return {
        "detected": made.detected,
        "failed": made.failed,
        "failures": made.failures,
        "models": made.models,
    }


def _heat(total: BrandTotal) -> list[list[float]]:
    rows: list[list[float]] = total.heat.round(3).tolist()
    return rows


def _bill(made: Bill) -> dict[str, Any]:
    lines = [{"what": line.what, "dollars": round(line.dollars, 6)} for line in made.lines]
    return {"prices_as_of": made.prices_as_of, "dollars": round(made.dollars, 6), "lines": lines}
