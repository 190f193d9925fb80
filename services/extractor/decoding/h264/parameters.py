"""The parameter sets of an H.264 stream in MP4 (ITU-T H.264 §7.3.2; ISO/IEC 14496-15 §5.3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from services.extractor.decoding.h264.bits import Beyond, Bits

MIN_RECORD_BYTES = 7
WITH_CHROMA_FORMAT = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}  # profiles, §7.3.2.1.1


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
    sets: frozenset[bytes]  # both kinds, without their NAL units' headers


def format_of(record: bytes) -> Format:
    """The decoder configuration record of MP4 (ISO/IEC 14496-15 §5.3.3.1)."""
    if len(record) < MIN_RECORD_BYTES or record[0] != 1:
        raise Beyond("no configuration record")
    sequences, at = _sets(record, 5, record[5] & 31)
    pictures, _ = _sets(record, at, record[at] if at < len(record) else 0)
    if len(sequences) != 1:
        raise Beyond("not one sequence parameter set")
    sets = frozenset((*sequences, *pictures))
    return Format(_sequence(sequences[0]), dict(map(_parameters, pictures)), (record[4] & 3) + 1, sets)


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
