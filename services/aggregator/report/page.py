"""report.html, pure: what the page shows, in words and numbers for people, poured into its template."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from services.aggregator.analysis.exposure import Exposure, Shot
from services.aggregator.analysis.measures import BrandTotal
from services.aggregator.exports.facts import brand_facts, percent
from services.aggregator.exports.summary_json import summary
from services.aggregator.looks import Look
from services.aggregator.outcome.bill import bill
from services.aggregator.outcome.summary import Findings, Outcome, error_of
from services.aggregator.report.drawing import Bar, Cell, bar, heat_cells, ticks
from shared.videos.timecode import clock, to_ms

FOLDER = Path(__file__).parent
MOST_THUMBNAILS = 150  # of the longest exposures: each takes about ten kilobytes of the page
COLOURS = 10  # of the style sheet


@dataclass(frozen=True, slots=True)
class Mark:
    """One exposure on a brand's lane."""

    bar: Bar
    start: str
    end: str
    seconds: str
    within: str
    size: str
    confidence: str
    thumbnail: str | None  # a data: address
    late: bool  # in the right half, where its note opens to the left


@dataclass(frozen=True, slots=True)
class Lane:
    """One brand of the page."""

    brand: str
    colour: int
    facts: Mapping[str, Any]  # as summary.json has them, so that no figure is rounded in two ways
    marks: tuple[Mark, ...]
    heat: tuple[Cell, ...]
    best: str | None
    first: str
    last: str
    share: float  # percent of the widest bar
    area_share: float


@dataclass(frozen=True, slots=True)
class Section:
    """What one detector found."""

    detector: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all sections have in common; a brand has the same colour in each."""

    duration: Fraction
    looks: Mapping[Shot, Look]
    colours: Mapping[str, int]


def report_html(outcome: Outcome, looks: Mapping[Shot, Look]) -> bytes:
    """The page."""
    shared = Shared(Fraction(outcome.video.duration_ms, 1000), looks, _colours(outcome))
    return (
        _template()
        .render(
            name=PurePosixPath(outcome.video.source.key).name,
            summary=summary(outcome),
            error=error_of(outcome.books),
            sections=[_section(found, shared) for found in outcome.findings],
            ticks=ticks(shared.duration),
            bill=bill(outcome.books),
            analysis=outcome.video.options.analysis,
            step=float(outcome.video.sampling.step),
            duration=clock(outcome.video.duration_ms).removesuffix(".000"),
        )
        .encode()
    )


def _colours(outcome: Outcome) -> dict[str, int]:
    brands = dict.fromkeys(total.brand for found in outcome.findings for total in found.brands)
    return {brand: number % COLOURS for number, brand in enumerate(brands)}


def _section(found: Findings, shared: Shared) -> Section:
    longest = sorted(found.exposures, key=lambda each: (-each.seconds, each.start, each.brand))
    shown = {each.best for each in longest[:MOST_THUMBNAILS] if each.best}
    thumbnails = {shot: _address(shared.looks[shot]) for shot in shown if shot in shared.looks}
    return Section(found.detector, tuple(_lane(total, found, shared, thumbnails) for total in found.brands))


def _lane(total: BrandTotal, found: Findings, shared: Shared, thumbnails: Mapping[Shot, str]) -> Lane:
    own = [each for each in found.exposures if each.brand == total.brand]
    best = shared.looks.get(total.best) if total.best else None
    widest = max(max(each.share_of_voice, each.share_of_area) for each in found.brands)
    return Lane(
        brand=total.brand,
        colour=shared.colours[total.brand],
        facts=brand_facts(total),
        marks=tuple(_mark(each, shared.duration, thumbnails) for each in own),
        heat=heat_cells(total.heat),
        best=_address(best) if best else None,
        first=clock(to_ms(total.first_seen)),
        last=clock(to_ms(total.last_seen)),
        share=100 * total.share_of_voice / widest,
        area_share=100 * total.share_of_area / widest,
    )


def _mark(exposure: Exposure, duration: Fraction, thumbnails: Mapping[Shot, str]) -> Mark:
    return Mark(
        bar=bar(exposure, duration),
        start=clock(to_ms(exposure.start)),
        end=clock(to_ms(exposure.end)),
        seconds=f"{float(exposure.seconds):.2f}",
        within=f"{float(exposure.opens_within + exposure.closes_within):.2f}",
        size=f"{percent(exposure.mean_area, 3):.2f}",
        confidence=f"{exposure.confidence:.0f}",
        thumbnail=thumbnails.get(exposure.best) if exposure.best else None,
        late=2 * exposure.start > duration,
    )


def _address(look: Look) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(look.thumbnail).decode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
