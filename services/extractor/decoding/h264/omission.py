"""Which pictures can be left out, because none that is wanted needs them."""

from __future__ import annotations

from collections.abc import Sequence

from services.extractor.decoding.h264.bits import Beyond
from services.extractor.decoding.h264.references import Buffer, Picture
from services.extractor.decoding.h264.slices import BIDIRECTIONAL, PREDICTED

MOST_TRIES = 16  # as many as a decoder may hold


def superfluous(
    pictures: Sequence[Picture | None], wanted: Sequence[bool], following: Picture | None
) -> list[bool]:
    """Which of the pictures can be left out, when some are wanted and others follow.

    A reference nobody needs is left out only where the decoder, which then makes one up, finds the same
    references for each of those that are needed. The bidirectional ones go by time, which made-up ones have
    not: they must find all that is held; so the last references before them are decoded, needed or not.
    """
    known = [picture for picture in pictures if picture is not None]
    if following is None or len(known) < len(pictures):
        return [False] * len(pictures)
    needed = _needed(known, wanted, following)
    spare = [at for at, picture in enumerate(known) if not needed[at] and picture.header.is_reference]
    for begin in [len(known), *spare[: -MOST_TRIES - 1 : -1]]:
        left_out = [not needed[at] and (at < begin or at not in spare) for at in range(len(known))]
        if _finds_the_same(known, needed, left_out, following):
            return left_out
    return [False] * len(pictures)


def _needed(pictures: Sequence[Picture], wanted: Sequence[bool], following: Picture) -> list[bool]:
    """Which pictures are wanted, or referred to by those that are, or may be by those that follow."""
    numbers = set(following.buffer.numbers)
    needed = [False] * len(pictures)
    for at in range(len(pictures) - 1, -1, -1):
        needed[at] = wanted[at] or pictures[at].number in numbers
        if needed[at]:
            numbers.update(*pictures[at].lists)
    return needed


def _finds_the_same(
    pictures: Sequence[Picture], needed: Sequence[bool], left_out: Sequence[bool], following: Picture
) -> bool:
    """Whether the decoder, as it makes up for what is left out, refers to what it should."""
    buffer, missing = pictures[0].buffer.copy(), 0
    for picture, is_needed, is_left_out in zip(pictures, needed, left_out, strict=True):
        if is_left_out:
            missing += picture.header.is_reference
            continue
        if buffer.make_up_for(picture.header) != missing:  # their numbers went round
            return False
        missing = 0
        if is_needed and not _refers_alike(picture, buffer):
            return False
        buffer.mark(picture.header, picture.number)
    return not missing and buffer.newest_first == following.buffer.newest_first


def _refers_alike(picture: Picture, buffer: Buffer) -> bool:
    kinds = {header.kind for header in picture.slices}
    if BIDIRECTIONAL in kinds:
        return buffer.newest_first == picture.buffer.newest_first
    predicted = [header for header in picture.slices if header.kind == PREDICTED]
    try:
        return picture.lists == tuple(buffer.listed(header, 0, buffer.newest_first) for header in predicted)
    except Beyond:
        return False
