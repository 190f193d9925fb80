"""Follow which pictures refer to which, as decoders do: ITU-T H.264 §8.2.1 (time), §8.2.4 and §8.2.5."""

from __future__ import annotations

from dataclasses import dataclass

from services.extractor.decoding.h264.bits import Beyond
from services.extractor.decoding.h264.parameters import Format, Sequence, format_of
from services.extractor.decoding.h264.slices import BIDIRECTIONAL, LISTS, SliceHeader, slice_headers

MADE_UP = -1  # the number of a picture that a decoder makes up for one it has not seen


class Buffer:
    """The references a decoder holds: frame numbers and packet numbers, in the order they were decoded."""

    def __init__(self, sequence: Sequence) -> None:
        self._sequence = sequence
        self._modulus = 1 << sequence.frame_number_bits
        self._held: dict[int, int] = {}
        self._last: int | None = None  # frame number

    def copy(self) -> Buffer:
        other = Buffer(self._sequence)
        other._held, other._last = self._held.copy(), self._last
        return other

    @property
    def numbers(self) -> frozenset[int]:
        """Of the packets whose pictures are held."""
        return frozenset(self._held.values())

    @property
    def newest_first(self) -> list[int]:
        return [*reversed(self._held.values())]

    def awaits(self, header: SliceHeader) -> bool:
        """Whether no reference is missing between the last one and this picture."""
        return self._last is None or header.frame_number == (self._last + 1) % self._modulus

    def make_up_for(self, header: SliceHeader) -> int:
        """Do as FFmpeg does when references are missing before a picture; how many seem to be missing."""
        missing = 0
        while self._last is not None and not self.awaits(header):
            self._hold((self._last + 1) % self._modulus, MADE_UP)
            missing += 1
        return missing

    def mark(self, header: SliceHeader, number: int) -> None:
        """Let go of what the picture says, else of the oldest if there is no room; hold a reference."""
        if not header.is_reference:
            return
        if header.removals is None:
            self._make_room()
        for back in header.removals or ():
            self._held.pop((header.frame_number - back) % self._modulus, None)
        self._hold(header.frame_number, number)

    def listed(self, header: SliceHeader, which: int, initial: list[int]) -> tuple[int, ...]:
        """The packets in a list of references: the initial ones but for changes (§8.2.4.3). Raises Beyond."""
        at, changed = header.frame_number, []
        for step in header.changes[which]:
            at = (at + step) % self._modulus
            if at not in self._held:
                raise Beyond("a reference is missing")
            changed.append(self._held[at])
        listed = [*changed, *(number for number in initial if number not in changed)][: header.active[which]]
        if len(listed) < header.active[which]:
            raise Beyond("a reference is missing")
        return tuple(listed)

    def _make_room(self) -> None:
        if len(self._held) >= self._sequence.most_references:
            del self._held[next(iter(self._held))]

    def _hold(self, frame_number: int, number: int) -> None:
        self._make_room()
        self._held.pop(frame_number, None)
        self._held[frame_number] = number
        self._last = frame_number


@dataclass(frozen=True, slots=True)
class Picture:
    """How a picture refers to others, by their packets' numbers in decoding order."""

    number: int
    order: int  # among the pictures from the last IDR picture on, as they are shown (picture order count)
    slices: tuple[SliceHeader, ...]
    lists: tuple[tuple[int, ...], ...]  # of references, of all slices
    buffer: Buffer  # as it is before the picture

    @property
    def header(self) -> SliceHeader:
        return self.slices[0]


class Tracker:
    """Tells how each picture of a stream refers to others, from one IDR picture on."""

    def __init__(self, form: Format) -> None:
        self._form = form
        self._read = 0
        self._buffer: Buffer | None = None
        self._times: dict[int, int] = {}  # picture order counts by number
        self._last_time = 0  # of the last reference

    def picture(self, packet: memoryview, key: bool) -> Picture | None:
        """The next packet's picture; None where that is not known, which is so until the next IDR picture."""
        number, self._read = self._read, self._read + 1
        try:
            slices = tuple(slice_headers(packet, self._form))
            if slices[0].is_idr:
                self._buffer, self._times, self._last_time = Buffer(self._form.sequence), {}, 0
            elif self._buffer is None or key or not self._buffer.awaits(slices[0]):
                raise Beyond("decoding may begin here, or something is missing")
            return self._entered(number, slices, self._buffer)
        except (Beyond, IndexError):
            self._buffer = None
            return None

    def _entered(self, number: int, slices: tuple[SliceHeader, ...], buffer: Buffer) -> Picture:
        time = self._time(slices[0])
        lists = tuple(
            buffer.listed(header, which, initial)
            for header in slices
            for which, initial in enumerate(self._initial(header, time, buffer))
        )
        picture = Picture(number, time, slices, lists, buffer)
        self._buffer = buffer.copy()
        self._buffer.mark(slices[0], number)
        if slices[0].is_reference:
            self._times[number] = self._last_time = time
        return picture

    def _initial(self, header: SliceHeader, time: int, buffer: Buffer) -> list[list[int]]:
        """The lists of a slice's references before changes (§8.2.4.2.1, §8.2.4.2.3)."""
        held = buffer.newest_first
        if header.kind != BIDIRECTIONAL:
            return [held] * LISTS[header.kind]
        earlier = sorted(
            (n for n in held if self._times[n] < time), key=self._times.__getitem__, reverse=True
        )
        later = sorted((n for n in held if self._times[n] >= time), key=self._times.__getitem__)
        second = later + earlier
        if len(second) > 1 and not (earlier and later):
            second[:2] = second[1::-1]
        return [earlier + later, second]

    def _time(self, header: SliceHeader) -> int:
        """The picture order count (§8.2.1.1): the one nearest to that of the last reference."""
        modulus = 1 << self._form.sequence.order_bits
        nearest = (header.order - self._last_time + modulus // 2) % modulus - modulus // 2
        return self._last_time + nearest + min(0, header.order_below)


def tracker(record: bytes | None) -> Tracker | None:
    """A tracker for the stream with this decoder configuration record; None if it cannot be followed."""
    try:
        return Tracker(format_of(record or b""))
    except (Beyond, IndexError):
        return None
