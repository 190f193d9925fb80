"""The choice of frames, on imagined packets: exact, the same for any division, and always decodable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from services.extractor.decoding.sampling import (
    MAX_WAITING_BYTES,
    Clock,
    Decode,
    Pick,
    Restart,
    Skip,
    plan,
)
from services.extractor.media import Span


@dataclass(frozen=True)
class Imagined:
    """A packet; `group` and `leading` say what it may refer to, `reference` whether others refer to it."""

    pts: int | None
    end: int
    key: bool = False
    shown: bool = True
    size: int = 1
    group: int = 0
    leading: bool = False
    reference: bool = True
    picture: None = None


@st.composite
def films(draw: st.DrawFn) -> list[Imagined]:
    """Groups of pictures in decoding order: closed or open, B-frames, a variable rate, hidden frames."""
    packets: list[Imagined] = []
    pts = draw(st.integers(-50, 50))
    for group in range(draw(st.integers(1, 5))):
        leading = draw(st.integers(0, 3)) if group else 0
        times = []
        for _ in range(draw(st.integers(1, 12)) + leading):
            times.append(pts)
            pts += draw(st.integers(1, 9))
        packets.append(Imagined(times[leading], times[leading] + 1, key=True, group=group))
        packets += _pictures(draw, times[:leading], group, leading=True)
        rest = times[leading + 1 :]
        while rest:
            run = draw(st.integers(1, 4))
            packets += _pictures(draw, rest[:run], group, leading=False)
            rest = rest[run:]
    return packets


def _pictures(draw: st.DrawFn, times: list[int], group: int, leading: bool) -> list[Imagined]:
    """The last in time is coded first, as an encoder with B-frames does."""
    order = times[-1:] + draw(st.permutations(times[:-1]))
    return [
        Imagined(
            pts,
            pts + 1,
            shown=leading or draw(st.integers(0, 9)) > 0,
            group=group,
            leading=leading,
            reference=at == 0 or draw(st.booleans()),
        )
        for at, pts in enumerate(order)
    ]


def clock_of(film: Sequence[Imagined], interval: Fraction) -> Clock:
    return Clock(min(shown_times(film)), Fraction(1), interval)


def shown_times(film: Sequence[Imagined]) -> list[int]:
    return sorted(packet.pts for packet in film if packet.shown and packet.pts is not None)


def by_definition(film: Sequence[Imagined], clock: Clock, count: int) -> dict[int, int]:
    """The published frames, instant by instant, straight from the sentence in the module's docstring."""
    published: dict[int, int] = {}
    for instant in range(count):
        tick = clock.start + floor(instant * clock.interval / clock.time_base + Fraction(1, 2))
        on_screen = max(pts for pts in shown_times(film) if pts <= tick)
        if on_screen not in published.values():
            published[instant] = on_screen
    return published


def carried_out(film: Sequence[Imagined], clock: Clock, span: Span) -> dict[int, int]:
    """Follow the plan with a decoder that knows what refers to what; fail if a picked frame cannot come."""
    picked: dict[int, int] = {}
    fed: list[Imagined] = []
    dropped: set[int | None] = set()
    settled = []
    for step in plan(from_keyframe(film, clock.tick(span.first)), clock, span):
        if isinstance(step, Restart):
            fed = []
        elif isinstance(step, Decode):
            fed.append(step.packet)
            if step.droppable and not step.packet.reference:
                dropped.add(step.packet.pts)
            elif not step.droppable:
                dropped.discard(step.packet.pts)
                assert_decodable(step.packet, fed, film)
        else:
            settled.append(step.instant)
            if isinstance(step, Pick):
                assert step.pts not in dropped
                picked[step.instant] = step.pts
    assert settled == list(range(span.first, span.stop))
    return picked


def assert_decodable(packet: Imagined, fed: list[Imagined], film: Sequence[Imagined]) -> None:
    groups = {packet.group, packet.group - 1} if packet.leading else {packet.group}
    before = film[: film.index(packet)]
    needed = [
        other
        for other in before
        if other.group in groups and other.reference and not (other.leading and other.group < packet.group)
    ]
    if not packet.leading:
        needed = [other for other in needed if not other.leading]
    assert all(other in fed for other in needed)


def from_keyframe(film: Sequence[Imagined], tick: int) -> Sequence[Imagined]:
    """What a container gives after seeking: the film from a keyframe shown no later than the tick."""
    starts = [
        at for at, packet in enumerate(film) if packet.key and packet.pts is not None and packet.pts <= tick
    ]
    return film[starts[-1] if starts else 0 :]


intervals = st.fractions(min_value=Fraction(1, 3), max_value=40, max_denominator=12)


@given(films(), intervals)
def test_every_instant_shows_the_last_frame_not_after_it_and_each_frame_once(
    film: list[Imagined], interval: Fraction
) -> None:
    clock = clock_of(film, interval)
    count = clock.count(max(shown_times(film)) + 1)
    assert carried_out(film, clock, Span(0, count)) == by_definition(film, clock, count)


@given(films(), intervals, st.lists(st.integers(0, 200)))
def test_any_division_into_spans_publishes_the_same_frames(
    film: list[Imagined], interval: Fraction, cuts: list[int]
) -> None:
    clock = clock_of(film, interval)
    count = clock.count(max(shown_times(film)) + 1)
    edges = sorted({0, count, *(cut for cut in cuts if cut < count)})
    together: dict[int, int] = {}
    for first, stop in pairwise(edges):
        together |= carried_out(film, clock, Span(first, stop))
    assert together == carried_out(film, clock, Span(0, count))


def test_an_instant_is_rounded_to_the_nearest_tick_so_that_no_frame_of_a_coarse_clock_is_missed() -> None:
    clock = Clock(0, Fraction(1, 1000), Fraction(1, 30))
    film = [Imagined(pts, pts + 33, key=True, group=at) for at, pts in enumerate((0, 33, 67, 100))]
    assert carried_out(film, clock, Span(0, 4)) == {0: 0, 1: 33, 2: 67, 3: 100}


def test_ntsc_does_not_drift_in_two_hours() -> None:
    clock = Clock(0, Fraction(1, 30000), Fraction(1))
    assert clock.tick(7200) == 7200 * 30000
    assert clock.first_instant_showing(7200 * 30000 - 1000) == 7200


def test_instants_beyond_the_last_frame_say_so() -> None:
    film = [Imagined(0, 10, key=True)]
    steps = list(plan(film, Clock(0, Fraction(1), Fraction(4)), Span(0, 5)))
    assert steps[3:] == [Skip(1, 0), Skip(2, 0), Skip(3, None), Skip(4, None)]


def test_groups_that_no_instant_falls_into_are_not_decoded() -> None:
    film = [Imagined(pts, pts + 1, key=pts % 10 == 0) for pts in range(100)]
    steps = list(plan(film, Clock(0, Fraction(1), Fraction(50)), Span(0, 2)))
    assert [step.packet.pts for step in steps if isinstance(step, Decode)] == [0, 50]


def test_a_packet_without_any_time_is_decoded_but_never_chosen() -> None:
    film = [Imagined(0, 1, key=True), Imagined(None, 1), Imagined(2, 3)]
    steps = list(plan(film, Clock(0, Fraction(1), Fraction(2)), Span(0, 2)))
    assert [step.packet for step in steps if isinstance(step, Decode)] == film
    assert [step.pts for step in steps if isinstance(step, Pick)] == [0, 2]


def test_a_group_too_heavy_to_hold_is_decoded_without_waiting_for_a_keyframe() -> None:
    weight = MAX_WAITING_BYTES // 4
    film = [Imagined(pts, pts + 1, key=pts == 0, size=weight) for pts in range(100)]
    held = most = 0
    for step in plan(film, Clock(0, Fraction(1), Fraction(90)), Span(0, 2)):
        held = step.packet.pts or 0 if isinstance(step, Decode) else held
        most = max(most, held)
    assert most == 90
    decoded = [
        step.packet.pts
        for step in plan(film[:50], Clock(0, Fraction(1), Fraction(90)), Span(0, 1))
        if isinstance(step, Decode)
    ]
    assert decoded == [0]
