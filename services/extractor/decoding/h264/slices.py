"""The headers of H.264's slices, as far as they speak of references (ITU-T H.264 §7.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.extractor.decoding.h264.bits import Beyond, Bits
from services.extractor.decoding.h264.parameters import Format, Parameters

MOST_COMMANDS = 64
HEADER_BYTES = 192  # of a slice: more than its header takes, tables of weights included

SLICE, IDR_SLICE, PARAMETERS = 1, 5, {7, 8}  # types of NAL units
PREDICTED, BIDIRECTIONAL, INTRA = 0, 1, 2  # types of slices, modulo five
LISTS = {PREDICTED: 1, BIDIRECTIONAL: 2, INTRA: 0}  # of references; switching slices are beyond


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


def slice_headers(packet: memoryview, form: Format) -> Iterator[SliceHeader]:
    """The headers of a packet's slices."""
    at = 0
    while at + form.length_bytes < len(packet):
        begin = at + form.length_bytes
        at = begin + int.from_bytes(packet[at:begin], "big")
        kind = packet[begin] & 31
        if kind in PARAMETERS and bytes(packet[begin + 1 : at]) not in form.sets:
            raise Beyond("parameters that change")
        if SLICE < kind < IDR_SLICE:
            raise Beyond("partitions")
        if kind in (SLICE, IDR_SLICE):
            bits = Bits(bytes(packet[begin + 1 : min(at, begin + HEADER_BYTES)]))
            bits.number()
            coded_as = bits.number() % 5
            if kind == SLICE or coded_as == INTRA:  # else decoders pass over it: OpenCV's writer makes some
                yield _slice_header(bits, form, coded_as, kind == IDR_SLICE, packet[begin] >> 5 & 3 > 0)


def _slice_header(bits: Bits, form: Format, kind: int, is_idr: bool, is_reference: bool) -> SliceHeader:
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
