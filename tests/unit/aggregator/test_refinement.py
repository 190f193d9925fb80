"""Refinement: edges are found to the wanted precision, for no more extra frames than were allowed.

They are looked for in the video first, and whatever it shows, what samples say always holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.aggregator import refinement
from services.aggregator.analysis.cells import Timeline
from services.aggregator.analysis.edges import edges_of
from services.aggregator.analysis.exposure import Scene, analyse
from services.aggregator.analysis.sightings import Box, Sample, Sighting
from services.aggregator.refinement import extra_frames, grid_of, next_chunk
from shared.config.analysis import Analysis
from shared.config.detectors import DEFAULT
from shared.config.options import Options, Sampling
from shared.messaging.messages import FoundEdge, OpenEdge
from shared.videos.ledger import Chunk, Counts, Video
from tests.unit.aggregator.books import video
from tests.unit.aggregator.shown import HERE

STEP = F(1)
Truth = list[tuple[F, F]]  # from when to when the brand is on screen, in seconds


def on_screen(truth: Truth, at: F) -> bool:
    return any(start <= at < end for start, end in truth)


def sampled(truth: Truth, at: F) -> Sample:
    return Sample(at, (Sighting("Acme", HERE, 90.0),) if on_screen(truth, at) else ())


Shown = Callable[[OpenEdge], FoundEdge | None]  # what the video shows of an edge


def nothing(edge: OpenEdge) -> FoundEdge | None:
    return None


def shown(edge: OpenEdge, at: int, sure: bool = True) -> FoundEdge:
    return FoundEdge(**edge.model_dump(exclude={"logos", "covers"}), at=at, sure=sure)


def somewhere(share: float, sure: bool) -> Shown:
    """Each edge at the same place between its samples, right or wrong."""

    def show(edge: OpenEdge) -> FoundEdge:
        before, after = edge.between
        return shown(edge, before + 1 + int(share * (after - before - 1)), sure)

    return show


def filmed(options: Analysis, seconds: int) -> Video:
    """A film that is sampled once a second."""
    sampling = Options(sampling=Sampling(interval=Decimal(1)), analysis=options)
    return replace(video(1), options=sampling, chunks=1, duration_ms=1000 * seconds)


def refined(truth: Truth, count: int, options: Analysis, show: Shown = nothing) -> tuple[list[Chunk], Scene]:
    """What comes of a video sampled once a second, with a perfect detector."""
    film = filmed(options, count)
    samples = [sampled(truth, F(k)) for k in range(count)]
    chunks = [Chunk(0, count, extracted=True, closed=True, counts=Counts(sampled=count, published=count))]
    while True:
        scene = analyse(samples, Timeline(STEP, F(count)), options, edges_of(chunks, DEFAULT, STEP))
        film = replace(film, chunks=len(chunks))
        more = next_chunk(film, chunks, {DEFAULT: (samples, scene)})
        if more is None:
            return chunks, scene
        counts = Counts(sampled=more.instants, published=more.instants)
        found = tuple(edge for asked in more.edges if (edge := show(asked)))
        chunks.append(replace(more, extracted=True, closed=True, counts=counts, found=found))
        samples += [sampled(truth, F(instant, more.grid)) for instant in more.wanted]
        samples.sort(key=lambda sample: sample.at)


@st.composite
def truths(draw: st.DrawFn) -> tuple[Truth, int]:
    """Appearances that are apart, each long enough to be sampled."""
    count = draw(st.integers(4, 40))
    edges = sorted(draw(st.sets(st.integers(0, 8 * count), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    truth = [(F(start, 8) + F(1, 17), F(end, 8) + F(1, 17)) for start, end in pairs]
    return truth, count


shows = st.just(nothing) | st.builds(somewhere, st.floats(0, 1), st.booleans())


@settings(max_examples=60)
@given(truths(), st.sampled_from([0.1, 0.3]), st.sampled_from([0.1, 0.25, 10.0]), shows)
def test_extra_frames_keep_to_the_budget_and_are_asked_but_once(
    made: tuple[Truth, int], precision: float, budget: float, show: Shown
) -> None:
    truth, count = made
    options = Analysis(gap=0.0, edge_precision=precision, edge_budget=budget)
    chunks, _ = refined(truth, count, options, show)
    asked = [F(instant, chunk.grid) for chunk in chunks for instant in chunk.wanted]
    assert len(asked) == len(set(asked)) <= budget * count
    assert all(instant % chunk.grid for chunk in chunks for instant in chunk.wanted)


@settings(max_examples=60)
@given(truths(), st.sampled_from([0.05, 0.1, 0.3]), shows)
def test_with_budget_enough_every_edge_is_found_to_the_precision_whatever_the_video_seems_to_show(
    made: tuple[Truth, int], precision: float, show: Shown
) -> None:
    truth, count = made
    options = Analysis(gap=0.0, edge_precision=precision, edge_budget=100.0)
    _, scene = refined(truth, count, options, show)
    for exposure in scene.exposures:
        if exposure.start > 0:
            assert exposure.opens_within <= 2 * F(precision)
            assert any(abs(exposure.start - start) <= 2 * F(precision) for start, _ in truth)
        if exposure.end < count:
            assert exposure.closes_within <= 2 * F(precision)
            assert any(abs(exposure.end - end) <= 2 * F(precision) for _, end in truth)


@settings(max_examples=60)
@given(truths(), st.sampled_from([0.05, 0.1, 0.3]))
def test_where_the_video_shows_nothing_edges_are_as_near_as_they_say(
    made: tuple[Truth, int], precision: float
) -> None:
    truth, count = made
    _, scene = refined(truth, count, Analysis(gap=0.0, edge_precision=precision, edge_budget=100.0))
    for exposure in scene.exposures:
        if exposure.start > 0:
            assert exposure.opens_within <= F(precision)
            assert any(abs(exposure.start - start) <= exposure.opens_within for start, _ in truth)
        if exposure.end < count:
            assert exposure.closes_within <= F(precision)
            assert any(abs(exposure.end - end) <= exposure.closes_within for _, end in truth)


@given(truths(), shows, st.sampled_from([0.0, 0.25, 1.0]))
def test_an_exposure_ends_between_the_samples_that_say_so_whatever_the_video_seems_to_show(
    made: tuple[Truth, int], show: Shown, budget: float
) -> None:
    truth, count = made
    options = Analysis(gap=0.0, edge_precision=0.1, edge_budget=budget)
    chunks, scene = refined(truth, count, options, show)
    instants = sorted({F(k) for k in range(count)} | {F(k, c.grid) for c in chunks for k in c.wanted})
    for exposure in scene.exposures:
        inside = [at for at in instants if exposure.start <= at < exposure.end]
        assert inside == instants[exposure.first : exposure.last + 1]
        assert all(on_screen(truth, at) for at in inside)
        assert sum(exposure.lasting(scene.cells).values()) == exposure.seconds


def test_what_the_video_shows_costs_no_frame_and_is_stated_with_its_error() -> None:
    def show(edge: OpenEdge) -> FoundEdge:
        return shown(edge, 655 if edge.comes else 1318)

    options = Analysis(edge_precision=0.1, edge_budget=0.0)
    chunks, scene = refined([(F(102, 10), F(206, 10))], 100, options, show)
    [exposure] = scene.exposures
    assert [(edge.shown, edge.gone) for edge in chunks[1].edges] == [(704, 640), (1280, 1344)]
    assert (len(chunks), extra_frames(chunks)) == (2, 0)
    assert (exposure.start, exposure.opens_within) == (F(1309, 128), F(1, 10))
    assert (exposure.end, exposure.closes_within) == (F(2635, 128), F(1, 10))


def test_edges_are_asked_for_in_chunks_of_a_few_minutes_of_video_and_each_but_once() -> None:
    truth = [(F(10 * k), F(10 * k + 5)) for k in range(1, 200)]
    chunks, _ = refined(truth, 2000, Analysis(edge_precision=0.1, edge_budget=0.0))
    asked = [edge for chunk in chunks for edge in chunk.edges]
    assert [len(chunk.edges) for chunk in chunks] == [0, 240, 158]
    assert len(asked) == len(set(asked)) == 2 * len(truth)


def test_edges_of_crowded_frames_are_asked_for_in_chunks_that_a_row_holds() -> None:
    boxes = [Box(0.01 + k / 13, 1 / 3, 1 / 17, 1 / 7) for k in range(12)]
    crowd = tuple(Sighting(brand, box, 90.0) for box in boxes for brand in ("Acme", "Bolt"))
    covers = tuple(replace(each, box=replace(each.box, top=0.4)) for each in crowd if each.brand == "Bolt")
    crowd = (*[each for each in crowd if each.brand == "Acme"], *covers)
    film = filmed(Analysis(edge_precision=0.1, edge_budget=0.0), 480)
    samples = [Sample(F(k), crowd if k % 4 < 2 else ()) for k in range(480)]
    scene = analyse(samples, Timeline(STEP, F(480)), film.options.analysis)
    chunks = [Chunk(0, 480, extracted=True, closed=True, counts=Counts(sampled=480, published=480))]
    while chunk := next_chunk(film, chunks, {DEFAULT: (samples, scene)}):
        assert sum(len(edge.model_dump_json()) for edge in chunk.edges) < 400_000
        chunks.append(chunk)
    edges = [edge for chunk in chunks for edge in chunk.edges]
    assert len(edges) == len(set(edges)) == 2 * 2 * 120 - 2  # of both brands; nothing came at the beginning


def test_an_edge_of_which_the_video_is_not_sure_is_stated_as_uncertain_as_the_samples_leave_it() -> None:
    options = Analysis(edge_precision=0.1, edge_budget=0.0)
    truth = [(F(102, 10), F(206, 10))]
    _, scene = refined(truth, 100, options, lambda edge: shown(edge, edge.between[0] + 16, sure=False))
    [exposure] = scene.exposures
    assert (exposure.start, exposure.opens_within) == (10 + F(31, 128), 1 - F(31, 128))


def test_a_frame_that_proves_the_video_wrong_moves_the_edge_just_beyond_itself() -> None:
    options = Analysis(edge_precision=0.1, edge_budget=0.03)  # one frame for each edge, and the last
    truth = [(F(104, 10), F(206, 10))]
    chunks, scene = refined(truth, 100, options, lambda edge: shown(edge, edge.between[0] + 14))
    [exposure] = scene.exposures
    assert chunks[-1].wanted == (82, 162)
    assert exposure.start == F(82, 8) + F(1, 20)


def test_the_last_frame_is_examined_first_so_that_what_leaves_after_the_last_sample_is_told() -> None:
    truth = [(F(102, 10), F(996, 10))]
    chunks, scene = refined(truth, 100, Analysis(edge_precision=0.1, edge_budget=0.04))
    [exposure] = scene.exposures
    assert [F(chunk.wanted[0], chunk.grid) for chunk in chunks[1:2]] == [100 - F(1, 8)]
    assert abs(exposure.end - truth[0][1]) <= exposure.closes_within <= F(1, 2)


@pytest.mark.parametrize(
    ("truth", "options"),
    [
        ([], Analysis(edge_precision=0.1)),  # nothing is on screen
        ([(F(2), F(9))], Analysis(edge_precision=0.1, edge_budget=0.05)),  # not one frame may be spent
        ([(F(2), F(9))], Analysis(edge_precision=0.5)),  # the last sample is near enough
    ],
)
def test_the_last_frame_is_not_examined_where_it_could_tell_nothing(truth: Truth, options: Analysis) -> None:
    chunks, _ = refined(truth, 10, options)
    assert extra_frames(chunks) == 0


def test_an_edge_costs_as_many_frames_as_halvings() -> None:
    chunks, scene = refined([(F(10), F(206, 10))], 100, Analysis(edge_precision=0.1))
    assert [chunk.wanted for chunk in chunks[3:]] == [(76, 164), (78, 166), (79, 165)]
    [exposure] = scene.exposures
    assert (exposure.start, exposure.opens_within) == (F(159, 16), F(1, 16))
    assert exposure.end == F(165 + 164, 16)


def test_while_the_budget_is_short_frames_that_settle_little_wait_until_greater_doubts_are_settled() -> None:
    def show(edge: OpenEdge) -> FoundEdge:
        return shown(edge, edge.between[0] + 40, sure=not edge.comes)

    options = Analysis(edge_precision=0.1, edge_budget=0.04)  # three frames, and the last
    chunks, scene = refined([(F(102, 10), F(206, 10))], 100, options, show)
    [exposure] = scene.exposures
    assert [chunk.wanted for chunk in chunks[3:]] == [(84,), (82,), (81,)]  # all within the unsure edge
    assert exposure.opens_within <= F(1, 10)


def test_one_frame_serves_the_edges_of_all_brands_between_the_same_samples() -> None:
    options = Analysis(edge_precision=0.3, edge_budget=1.0)
    film = replace(filmed(options, 6), duration_ms=5500)  # so that its end is near enough
    both = (Sighting("Acme", HERE, 90.0), Sighting("Bolt", HERE, 90.0))
    samples = [Sample(F(k), both if 2 <= k < 4 else ()) for k in range(6)]
    chunks = [Chunk(0, 6, counts=Counts(published=6))]
    seen = {DEFAULT: (samples, analyse(samples, Timeline(STEP, F(6)), options))}
    more = next_chunk(film, chunks, seen)
    assert more
    assert (more.number, more.grid, more.wanted) == (1, 2, (3, 7))


def test_more_frames_than_a_row_holds_are_asked_for_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = [(F(10 * k), F(10 * k + 5)) for k in range(1, 20)]
    options = Analysis(edge_precision=0.1, edge_budget=1.0)
    unbound = refined(truth, 200, options)[1]
    monkeypatch.setattr(refinement, "MOST_FRAMES", 10)
    chunks, scene = refined(truth, 200, options)
    asked = [instant for chunk in chunks for instant in chunk.wanted]
    assert max(len(chunk.wanted) for chunk in chunks) == 10
    assert len(asked) == len(set(asked)) == 115
    assert scene.exposures == unbound.exposures


def test_without_a_wanted_precision_nothing_is_asked() -> None:
    assert len(refined([(F(2), F(5))], 10, Analysis())[0]) == 1


@pytest.mark.parametrize(
    ("step", "precision", "grid"), [(F(1), 0.1, 8), (F(1), 0.5, 1), (F(1, 25), 0.1, 1), (F(10), 0.01, 64)]
)
def test_a_step_is_halved_as_often_as_the_precision_asks(step: F, precision: float, grid: int) -> None:
    assert grid_of(step, precision) == grid
