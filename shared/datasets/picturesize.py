"""The size of a PNG or JPEG picture by its header, before any pixel is decoded, and what Custom Labels takes.

Limits: Custom Labels guide, "Guidelines and quotas",
https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/limits.html.
"""

from __future__ import annotations

MOST_BYTES_STORED = 15 * 1024 * 1024  # of a picture in S3
SHORTEST_SIDE, LONGEST_SIDE = 64, 4096  # pixels
MOST_ASPECT = 20.0  # longer side to shorter side

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# Start-of-frame markers carry the size: C0 to CF without C4 (tables), C8 (reserved) and CC (conditioning).
_FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LONE_MARKERS = {0x01, *range(0xD0, 0xDA)}  # without a length; fill bytes are skipped before


class NoPicture(ValueError):
    """The bytes are neither PNG nor JPEG."""


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height in pixels; raises `NoPicture`."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    size = _jpeg_size(data) if data.startswith(_JPEG) else None
    if size is None:
        raise NoPicture("The image is neither PNG nor JPEG.")
    return size


def bounds_broken(width: int, height: int) -> list[str]:
    """A sentence for each bound that a picture of this size breaks."""
    shorter, longer = sorted((width, height))
    size, sentences = f"The image is {width} x {height};", []
    if longer > LONGEST_SIDE:
        sentences.append(f"{size} sides end at {LONGEST_SIDE} pixels.")
    if shorter < SHORTEST_SIDE:
        sentences.append(f"{size} sides begin at {SHORTEST_SIDE} pixels.")
    if longer > MOST_ASPECT * shorter:
        sentences.append(f"{size} that is longer than {MOST_ASPECT:g} : 1.")
    return sentences


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments up to the start of the frame (ITU-T T.81, annex B)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _LONE_MARKERS:
            at += 2
        elif marker in _FRAME_MARKERS:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
