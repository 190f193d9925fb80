"""Read the headers of H.264 that say which pictures refer to which (ITU-T H.264 §7.3), from MP4's form of it.

Pure. Whatever goes beyond progressive video with plain short-term references raises `Beyond`: nothing is lost
by that but the speed of leaving out pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MIN_RECORD_BYTES = 7
MOST_ZEROS = 31  # of an Exp-Golomb code
MOST_COMMANDS = 64
HEADER_BYTES = 192  # of a slice: more than its header takes, tables of weights included
WITH_CHROMA_FORMAT = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}  # profiles, §7.3.2.1.1

SLICE, IDR_SLICE, PARAMETERS = 1, 5, {7, 8}  # types of NAL units
PREDICTED, BIDIRECTIONAL, INTRA = 0, 1, 2  # types of slices, modulo five
LISTS = {PREDICTED: 1, BIDIRECTIONAL: 2, INTRA: 0}  # of references; switching slices are beyond


class Beyond(Exception):
    """The headers say something that is not followed here, or make no sense."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """What a sequence parameter set says of references."""

    frame_number_bits: int
    order_bits: int
    most_references: int
    has_chroma: bool


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a picture parameter set says of slice headers."""

    both_orders: bool  # bottom_field_pic_order_in_frame_present_flag
    active: tuple[int, int]  # default lengths of the two lists of references
    weighted_p: bool
    weighted_b: bool
    redundant: bool


@dataclass(frozen=True, slots=True)
class Format:
    """The parameter sets of a stream, and how long the lengths of its NAL units are."""

    sequence: Sequence
    parameters: dict[int, Parameters]
    length_bytes: int


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """What one slice says of references."""

    is_idr: bool
    is_reference: bool
    kind: int
    frame_number: int  # how many references came before, modulo a power of two
    order: int  # in time, modulo a power of two
    order_below: int  # how much later the bottom field is than the top one
    active: tuple[int, ...]  # lengths of the lists of references
    changes: tuple[tuple[int, ...], ...]  # of the lists: steps from one frame number to the next
    removals: (
        tuple[int, ...] | None
    )  # how far back the pictures lie that are let go; None: the oldest, if full


class Bits:
    """The bits of a NAL unit, from the first to the last."""

    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\x00\x00\x03", b"\x00\x00")  # emulation prevention, §7.4.1
        self._value = int.from_bytes(plain, "big")
        self._left = 8 * len(plain)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise Beyond("the header breaks off")
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        return self.take(1) == 1

    def number(self) -> int:
        """An unsigned Exp-Golomb code, §9.1."""
        zeros = self._left - (self._value & (1 << self._left) - 1).bit_length()
        if zeros > MOST_ZEROS:
            raise Beyond("no number is that long")
        self.take(zeros)
        return self.take(zeros + 1) - 1

    def signed(self) -> int:
        """A signed Exp-Golomb code, §9.1.1."""
        number = self.number()
        return (number + 1) // 2 if number % 2 else -(number // 2)

    def skip_numbers(self, count: int) -> None:
        for _ in range(count):
            self.number()


def format_of(record: bytes) -> Format:
    """The decoder configuration record of MP4 (ISO/IEC 14496-15 §5.3.3.1)."""
    if len(record) < MIN_RECORD_BYTES or record[0] != 1:
        raise Beyond("no configuration record")
    sequences, at = _sets(record, 5, record[5] & 31)
    pictures, _ = _sets(record, at, record[at] if at < len(record) else 0)
    if len(sequences) != 1:
        raise Beyond("not one sequence parameter set")
    return Format(_sequence(sequences[0]), dict(map(_parameters, pictures)), (record[4] & 3) + 1)


def _sets(record: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    sets, at = [], at + 1
    for _ in range(count):
        stop = at + 2 + int.from_bytes(record[at : at + 2], "big")
        sets.append(record[at + 3 : stop])  # without the length and the NAL unit's header
        at = stop
    return sets, at


def _sequence(data: bytes) -> Sequence:
    bits = Bits(data)
    profile = bits.take(8)
    bits.take(16)
    bits.number()
    has_chroma = profile not in WITH_CHROMA_FORMAT or _chroma(bits)
    frame_number_bits = bits.number() + 4
    if bits.number() != 0:
        raise Beyond("order without bidirectional prediction")
    order_bits = bits.number() + 4
    most_references = bits.number()
    may_have_gaps = bits.flag()
    bits.skip_numbers(2)
    is_progressive = bits.flag()
    if may_have_gaps or not is_progressive:
        raise Beyond("gaps or fields")
    return Sequence(frame_number_bits, order_bits, max(1, most_references), has_chroma)


def _chroma(bits: Bits) -> bool:
    chroma = bits.number()
    if chroma == 3 and bits.flag():
        raise Beyond("separate planes")
    bits.skip_numbers(2)
    bits.flag()
    if bits.flag():
        raise Beyond("scaling lists")
    return chroma != 0


def _parameters(data: bytes) -> tuple[int, Parameters]:
    bits = Bits(data)
    number = bits.number()
    bits.number()
    bits.flag()
    both_orders = bits.flag()
    if bits.number():
        raise Beyond("slice groups")
    active = bits.number() + 1, bits.number() + 1
    weighted_p, weighted_b = bits.flag(), bits.take(2) == 1
    bits.skip_numbers(3)
    bits.take(2)
    return number, Parameters(both_orders, active, weighted_p, weighted_b, bits.flag())


def slice_headers(packet: memoryview, form: Format) -> Iterator[SliceHeader]:
    """The headers of a packet's slices."""
    at = 0
    while at + form.length_bytes < len(packet):
        begin = at + form.length_bytes
        at = begin + int.from_bytes(packet[at:begin], "big")
        kind = packet[begin] & 31
        if kind in PARAMETERS or 1 < kind < IDR_SLICE:
            raise Beyond("parameters that change, or partitions")
        if kind in (SLICE, IDR_SLICE):
            header = bytes(packet[begin + 1 : min(at, begin + HEADER_BYTES)])
            yield _slice_header(Bits(header), form, kind == IDR_SLICE, packet[begin] >> 5 & 3 > 0)


def _slice_header(bits: Bits, form: Format, is_idr: bool, is_reference: bool) -> SliceHeader:
    bits.number()
    kind = bits.number() % 5
    parameters = form.parameters.get(bits.number())
    if parameters is None or kind not in LISTS:
        raise Beyond("unknown parameters, or switching slices")
    frame_number = bits.take(form.sequence.frame_number_bits)
    if is_idr:
        bits.number()
    order = bits.take(form.sequence.order_bits)
    order_below = bits.signed() if parameters.both_orders else 0
    bits.skip_numbers(parameters.redundant)
    if kind == BIDIRECTIONAL:
        bits.flag()
    active = _active(bits, parameters, kind)
    changes = tuple(_changes(bits) for _ in range(LISTS[kind]))
    if (kind == PREDICTED and parameters.weighted_p) or (kind == BIDIRECTIONAL and parameters.weighted_b):
        _skip_weights(bits, form.sequence.has_chroma, sum(active))
    removals = _removals(bits, is_idr) if is_reference else None
    return SliceHeader(
        is_idr, is_reference, kind, frame_number, order, order_below, active, changes, removals
    )


def _active(bits: Bits, parameters: Parameters, kind: int) -> tuple[int, ...]:
    """The lengths of the lists that slices of this kind have."""
    lists = LISTS[kind]
    if lists and bits.flag():
        return tuple(min(bits.number(), 31) + 1 for _ in range(lists))
    return parameters.active[:lists]


def _changes(bits: Bits) -> tuple[int, ...]:
    """Modification of a list, §7.3.3.1."""
    changes: list[int] = []
    if not bits.flag():
        return ()
    while (command := bits.number()) != 3:
        if command > 1 or len(changes) > MOST_COMMANDS:
            raise Beyond("long-term references")
        step = bits.number() + 1
        changes.append(step if command else -step)
    return tuple(changes)


def _skip_weights(bits: Bits, has_chroma: bool, references: int) -> None:
    """The table of §7.3.3.2."""
    bits.skip_numbers(1 + has_chroma)
    for _ in range(references):
        bits.skip_numbers(2 if bits.flag() else 0)
        if has_chroma:
            bits.skip_numbers(4 if bits.flag() else 0)


def _removals(bits: Bits, is_idr: bool) -> tuple[int, ...] | None:
    """Marking of references, §7.3.3.3."""
    removals: list[int] = []
    if is_idr:
        bits.flag()
        if bits.flag():
            raise Beyond("long-term references")
        return None
    if not bits.flag():
        return None
    while (command := bits.number()) != 0:
        if command != 1 or len(removals) > MOST_COMMANDS:
            raise Beyond("long-term references")
        removals.append(bits.number() + 1)
    return tuple(removals)
