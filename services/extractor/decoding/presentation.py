"""Give H.264's packets the times their pictures are shown at, where a file has only those of decoding.

The n-th picture shown of a group that begins with an IDR picture has the n-th of the group's times, and the
headers tell which one is the n-th: nothing need be decoded to learn it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from services.extractor.decoding.h264.references import Picture
from services.extractor.decoding.packets import Coded

MAX_GROUP_BYTES = 32 << 20  # of packets held until the group's end is seen


class OrderUnknown(Exception):
    """The headers do not tell in which order the pictures are shown."""


def at_presentation_times(packets: Iterable[Coded]) -> Iterator[Coded]:
    """The packets, in decoding order as before, with `pts` and `end` of their presentation.

    Raises OrderUnknown at the first group that cannot be put in order.
    """
    group: list[tuple[Coded, Picture]] = []
    size = 0
    for packet in packets:
        picture = packet.picture
        if picture is None or size > MAX_GROUP_BYTES:
            raise OrderUnknown
        if picture.header.is_idr and group:
            yield from _timed(group)
            group, size = [], 0
        group.append((packet, picture))
        size += packet.size
    yield from _timed(group)


def _timed(group: list[tuple[Coded, Picture]]) -> Iterator[Coded]:
    """What an edit list hides has neither a time nor a place in the order: no frame comes out for it."""
    shown = [at for at, (packet, _) in enumerate(group) if packet.shown and packet.pts is not None]
    times = sorted((packet.pts or 0, packet.end) for packet, _ in map(group.__getitem__, shown))
    order = sorted(shown, key=lambda at: group[at][1].order)
    presented = dict(zip(order, times, strict=True))
    for at, (packet, _) in enumerate(group):
        if at in presented:
            pts, end = presented[at]
            packet.packet.pts = pts  # which the decoder passes on to the frame
            packet = replace(packet, pts=pts, end=end)
        yield packet
