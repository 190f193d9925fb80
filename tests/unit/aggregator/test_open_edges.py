"""Open edges: who follows them is told which logos, how much of each is to be seen, and what hides them."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given

from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.exposure import analyse
from services.aggregator.analysis.sightings import Box, Sample, Sighting
from services.aggregator.open_edges import LEAST_SHARE, open_edges
from shared.config.analysis import Analysis
from shared.messaging.messages import BoundingBox, OpenEdge
from tests.unit.aggregator.shown import boxes

ACME = Box(0.4, 0.4, 0.2, 0.2)


def acme(box: Box = ACME) -> Sighting:
    return Sighting("Acme", box, 90.0)


def bolt(box: Box) -> Sighting:
    return Sighting("Bolt", box, 90.0)


def edges(*shown: tuple[Sighting, ...]) -> list[OpenEdge]:
    """Acme's, of samples a second apart that show this, with nothing before and after."""
    samples = [Sample(F(k), logos) for k, logos in enumerate([(), *shown, ()])]
    scene = analyse(samples, Timeline(F(1), F(len(samples))), Analysis())
    return [edge for edge in open_edges("logos", samples, scene, F(1, 64)) if edge.label == "Acme"]


def as_told(box: Box) -> BoundingBox:
    return BoundingBox(left=box.left, top=box.top, width=box.width, height=box.height)


def test_a_logo_is_followed_from_the_sample_that_shows_it_to_the_one_that_does_not() -> None:
    comes, goes = edges((acme(),), (acme(),))
    assert [(edge.shown, edge.gone, edge.comes) for edge in (comes, goes)] == [
        (64, 0, True),
        (128, 192, False),
    ]
    assert [logo.share for logo in comes.logos] == [1.0]
    assert [BoundingBox(**logo.model_dump(exclude={"share"})) for logo in comes.logos] == [as_told(ACME)]
    assert comes.covers == ()


def test_only_what_overlaps_a_logo_may_hide_it_and_so_much_less_of_it_is_to_be_seen() -> None:
    half, elsewhere = Box(0.5, 0.4, 0.3, 0.2), Box(0.0, 0.8, 0.3, 0.1)
    comes, _ = edges((acme(), bolt(half), bolt(elsewhere)))
    assert comes.covers == (as_told(half),)
    assert [logo.share for logo in comes.logos] == [pytest.approx(0.5)]


def test_a_logo_that_is_nearly_covered_is_not_followed() -> None:
    assert edges((acme(), bolt(Box(0.41, 0.3, 0.3, 0.4)))) == []


def test_what_of_a_logo_lies_within_the_frame_is_told_by_the_sample_that_shows_it_whole() -> None:
    sliding = [Box(0.1, 0.4, 0.2, 0.2), Box(0.02, 0.4, 0.2, 0.2), Box(0.0, 0.4, 0.15, 0.2)]
    _, goes = edges(*((acme(box),) for box in sliding))
    assert [logo.share for logo in goes.logos] == [pytest.approx(0.75)]


def test_where_no_sample_shows_a_logo_whole_the_one_that_shows_most_of_it_has_to_do() -> None:
    comes, goes = edges((acme(Box(0.0, 0.4, 0.2, 0.2)),), (acme(Box(0.0, 0.4, 0.12, 0.2)),))
    assert [edge.logos[0].share for edge in (comes, goes)] == [1.0, pytest.approx(0.6)]


@given(boxes(), boxes(), boxes())
def test_a_share_is_never_so_small_that_the_logo_is_gone(one: Box, two: Box, other: Box) -> None:
    for edge in edges((acme(one), bolt(other)), (acme(two), bolt(other))):
        assert all(LEAST_SHARE <= logo.share <= 1 for logo in edge.logos)
