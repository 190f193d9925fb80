"""The summary of a video: its published schema, its books, its brands and its bill."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.unit.aggregator.exports.files import document

SCHEMA = json.loads((Path(__file__).parents[4] / "docs/summary.schema.json").read_text())


async def test_the_summary_keeps_to_its_published_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(await document("summary.json"))


@pytest.mark.parametrize("path", ["state", "frames", "brands", "bill", "video"])
async def test_the_schema_refuses_a_summary_without_a_part(path: str) -> None:
    told = await document("summary.json")
    del told[path]
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(told)


async def test_the_summary_balances_its_books() -> None:
    summary = await document("summary.json")
    frames = summary["frames"]
    assert frames["sampled"] == frames["published"] + sum(frames["skipped"].values()) == 12
    [(detector, examined)] = frames["detectors"].items()
    assert detector == "logos"
    assert frames["published"] == examined["detected"] + examined["failed"] == 9
    assert examined["failures"] == {"the image is too large": 1}
    assert summary["state"] == "COMPLETED_WITH_ERRORS"
    assert "frames near 5.0 s are damaged" in summary["error"]


async def test_the_summary_ranks_the_brands_by_screen_time() -> None:
    brands = (await document("summary.json"))["brands"]
    assert sum(brand["share_of_voice_percent"] for brand in brands) == pytest.approx(100.0)
    assert [(b["brand"], b["screen_time_s"], b["exposures"]) for b in brands] == [
        ("Acme", 2.5, 1),
        ("Curio", 2.25, 1),
        ("Bolt", 1.5, 1),
    ]
    acme = brands[0]
    assert (acme["first_seen_s"], acme["last_seen_s"], acme["longest_s"]) == (0.25, 2.75, 2.5)
    assert (acme["mean_area_percent"], acme["max_area_percent"]) == (7.5, 7.5)
    assert acme["logo_seconds_s"] == 3.0  # at one instant it was there twice
    assert 0 < acme["sharpness"] <= 1


async def test_the_bill_has_a_line_for_all_that_costs_money() -> None:
    bill = (await document("summary.json"))["bill"]
    assert bill["dollars"] == pytest.approx(sum(line["dollars"] for line in bill["lines"]))
    assert bill["lines"][0] == {"what": "examining 9 frames", "dollars": pytest.approx(9 * 4 / 10_000)}
