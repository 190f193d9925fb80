"""Choose the frame on screen at each sampling instant, and the fewest packets to decode for it.

Definition: time zero is the moment the first frame appears; the frame for instant k is the one on screen at
k * interval, that is the last frame whose timestamp is not after k * interval, once that time is rounded to
the nearest tick of the stream's own clock.

Why so:

- The stream's clock cannot say more than a tick. A 30 fps film in Matroska (1 ms ticks) shows its third frame
  at 66.67 ms and writes 67; without the rounding an interval of 1/30 s would miss every third frame. Times
  are Fractions until that one rounding, so nothing drifts: 29.97 fps is 30000/1001 to the end of a match.
- FFmpeg's `fps` filter rounds timestamps to the *output* grid (`round=near`), so it shows each frame up to
  half an interval early; `fps=…:round=up` is the same choice as ours. Frame counts (`frame = t * fps`) are
  never used: a variable rate, a cut or a wrong header makes them lie.
- The first timestamp is seldom zero (edit lists, B-frames, recordings cut from a broadcast): subtracting it
  makes equal content give equal instants whatever it was wrapped in.
- With B-frames packets come in decoding order; a choice is made once no earlier frame can still arrive.
- A packet without a timestamp takes its decoding time, as the demuxer fills in; one without either is decoded
  where others refer to it, but never chosen: nobody can say when it is shown.
- Several instants on one frame publish it once, at the first of them. Which one is first follows from the
  frame's timestamp alone, so any division of the instants into spans gives the same frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Generic, Protocol, TypeVar

from services.extractor.decoding.h264.omission import superfluous
from services.extractor.decoding.h264.references import Picture
from services.extractor.media import Span

MAX_REORDER = 16  # frames: the deepest reordering that H.264, HEVC and VVC allow
MAX_WAITING_BYTES = 32 << 20  # of packets held undecided, however long a group of pictures is

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Clock:
    """The sampling instants of one video in ticks of its own clock."""

    start: int  # the first frame's timestamp, ticks
    time_base: Fraction  # seconds per tick
    interval: Fraction  # seconds between instants

    def tick(self, instant: int) -> int:
        """The tick nearest to the instant; halves round up."""
        return self.start + floor(instant * self.interval / self.time_base + HALF)

    def first_instant_showing(self, pts: int) -> int:
        """The first instant k with tick(k) >= pts: the only one that may publish that frame."""
        return max(0, ceil((pts - self.start - HALF) * self.time_base / self.interval))

    def timestamp(self, pts: int) -> Fraction:
        """Seconds from the first frame's appearance to this one's, exact."""
        return (pts - self.start) * self.time_base

    def count(self, end: int) -> int:
        """How many instants there are while anything is on screen, that is before the tick `end`."""
        return max(0, ceil(self.timestamp(end) / self.interval))


class Packet(Protocol):
    """What the choice depends on: one coded frame, in decoding order."""

    @property
    def pts(self) -> int | None: ...
    @property
    def end(self) -> int: ...  # the tick at which it leaves the screen if nothing follows
    @property
    def key(self) -> bool: ...  # decoding can begin here
    @property
    def shown(self) -> bool: ...
    @property
    def size(self) -> int: ...
    @property
    def picture(self) -> Picture | None: ...  # what it refers to, where that is known


P = TypeVar("P", bound=Packet)


@dataclass(frozen=True, slots=True)
class Restart:
    """Take out what the decoder still holds and forget its state: a keyframe follows."""


@dataclass(frozen=True, slots=True)
class Decode(Generic[P]):
    """Give the packet to the decoder; it may skip a frame that nothing refers to if `droppable`."""

    packet: P
    droppable: bool


@dataclass(frozen=True, slots=True)
class Pick:
    """The frame with this timestamp, given to the decoder by now, is the instant's."""

    instant: int
    pts: int


@dataclass(frozen=True, slots=True)
class Skip:
    """The instant publishes nothing: its frame is that of instant `same_as`, or (None) there is no frame."""

    instant: int
    same_as: int | None


Step = Restart | Decode[P] | Pick | Skip


def plan(packets: Iterable[P], clock: Clock, span: Span, reorder: int = MAX_REORDER) -> Iterator[Step[P]]:
    """Yield what to decode and which frame belongs to each instant of the span, in order.

    `packets` come in decoding order and begin with a keyframe whose timestamp is not after the first instant.
    Reading stops as soon as the last instant is settled.
    """
    planner = _Planner[P](clock, reorder)
    instants = iter(range(span.first, span.stop))
    instant = next(instants, None)
    for packet in packets:
        if instant is None:
            return
        planner.add(packet)
        while instant is not None and planner.settled(clock.tick(instant)):
            yield from planner.choose(instant)
            instant = next(instants, None)
        yield from planner.relieve()
    while instant is not None:
        yield from planner.choose(instant) if instant < clock.count(planner.end) else (Skip(instant, None),)
        instant = next(instants, None)


class _Planner(Generic[P]):
    """The packets read and not yet decided upon."""

    def __init__(self, clock: Clock, reorder: int) -> None:
        self._clock = clock
        self._reorder = reorder  # how many frames shown later may come before one
        self._waiting: list[P] = []  # decoding order
        self._waiting_bytes = 0
        self._decoded: list[
            int
        ] = []  # timestamps of frames given to the decoder that later instants may show
        self._on_screen: int | None = None
        self._tick = clock.tick(0)
        self._later = 0  # shown packets read with timestamps after _tick
        self.end = clock.start

    def add(self, packet: P) -> None:
        self._waiting.append(packet)
        self._waiting_bytes += packet.size
        if packet.shown and packet.pts is not None:
            self.end = max(self.end, packet.end)
            self._later += packet.pts > self._tick

    def settled(self, tick: int) -> bool:
        """Whether no frame with a timestamp up to `tick` can still arrive."""
        if tick != self._tick:
            self._tick = tick
            later = sum(1 for packet in self._waiting if _shown_in(packet, tick + 1, None))
            self._later = later + sum(1 for pts in self._decoded if pts > tick)
        return self._later > self._reorder

    def choose(self, instant: int) -> Iterator[Step[P]]:
        """Settle one instant: the frame it shows, and the packets that frame takes."""
        tick = self._clock.tick(instant)
        pts = self._latest(tick)
        if pts is None:
            yield Skip(instant, None)
            return
        self._on_screen = pts
        first = self._clock.first_instant_showing(pts)
        if first < instant:
            yield Skip(instant, first)
            return
        if pts not in self._decoded:
            yield from self._decode_up_to(self._position(pts), pts)
        self._decoded = [other for other in self._decoded if other > pts]
        yield Pick(instant, pts)

    def relieve(self) -> Iterator[Step[P]]:
        """Give up hope of a later keyframe when the packets held for it grow too heavy."""
        if self._waiting_bytes > MAX_WAITING_BYTES:
            pts = self._latest(self._tick)
            if pts is not None and pts != self._on_screen and pts not in self._decoded:
                yield from self._decode_up_to(self._position(pts) - 1, pts)

    def _latest(self, tick: int) -> int | None:
        """The greatest timestamp up to `tick` of all frames not left behind."""
        waiting = [packet.pts for packet in self._waiting if _shown_in(packet, self._clock.start, tick)]
        known = [
            pts for pts in (*waiting, *self._decoded, self._on_screen) if pts is not None and pts <= tick
        ]
        return max(known, default=None)

    def _position(self, pts: int) -> int:
        """Where the (last) shown packet with this timestamp waits."""
        return max(at for at, packet in enumerate(self._waiting) if packet.shown and packet.pts == pts)

    def _decode_up_to(self, last: int, pts: int) -> Iterator[Step[P]]:
        """Decode the waiting packets to the one at `last`, from the nearest keyframe that can show `pts`.

        A keyframe shown after the target will not do: the target is then one of the pictures that precede the
        keyframe on screen and follow it in the file, and these may refer to the group before.
        """
        keys = [
            at
            for at, packet in enumerate(self._waiting[: last + 1])
            if packet.key and packet.pts is not None and packet.pts <= pts
        ]
        if keys:
            yield Restart()
        packets = self._waiting[keys[-1] if keys else 0 : last + 1]
        undecided = [_shown_in(packet, pts, None) for packet in packets]
        following = self._waiting[last + 1].picture if last + 1 < len(self._waiting) else None
        leave_out = superfluous([packet.picture for packet in packets], undecided, following)
        for packet, is_undecided, is_left_out in zip(packets, undecided, leave_out, strict=True):
            if is_undecided and packet.pts is not None:
                self._decoded.append(packet.pts)
            if not is_left_out:
                yield Decode(packet, droppable=not is_undecided)
        del self._waiting[: last + 1]
        self._waiting_bytes = sum(packet.size for packet in self._waiting)


def _shown_in(packet: Packet, first: int, last: int | None) -> bool:
    """Whether the packet's frame appears between two ticks, both included."""
    return (
        packet.shown
        and packet.pts is not None
        and first <= packet.pts
        and (last is None or packet.pts <= last)
    )
