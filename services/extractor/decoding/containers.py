"""Tell a video's container by its first bytes, so that no demuxer is ever chosen by guessing."""

from __future__ import annotations

import re
from dataclasses import dataclass

SNIFFED_BYTES = 1024  # enough for five transport stream packets

NAMES = "mp4, mov, mkv, webm, avi, mpegts, mpeg, flv, wmv, ogg or mxf"


@dataclass(frozen=True, slots=True)
class Container:
    """A container LogoStream reads: its name for people and the one demuxer that may open it."""

    name: str
    demuxer: str
    magic: re.Pattern[bytes]


# Playlists and scripts (hls, dash, concat, sdp, image sequences) are absent on purpose: they name other files
# and servers, and FFmpeg's own probing would obey them whatever the file is called.
CONTAINERS = (
    Container(
        "mp4", "mov", re.compile(rb".{4}(ftyp|moov|mdat|free|skip|wide|pnot|styp|moof|sidx)", re.DOTALL)
    ),
    Container("matroska", "matroska", re.compile(rb"\x1a\x45\xdf\xa3")),
    Container("avi", "avi", re.compile(rb"RIFF.{4}AVI ", re.DOTALL)),
    Container("mpegts", "mpegts", re.compile(rb"(\x47.{187}){3}\x47", re.DOTALL)),
    Container("mpegts", "mpegts", re.compile(rb".{4}(\x47.{191}){3}\x47", re.DOTALL)),
    Container("mpeg", "mpeg", re.compile(rb"\x00\x00\x01\xba")),
    Container("flv", "flv", re.compile(rb"FLV\x01")),
    Container("asf", "asf", re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9")),
    Container("ogg", "ogg", re.compile(rb"OggS")),
    Container("mxf", "mxf", re.compile(rb"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02")),
)


def sniff(head: bytes) -> Container | None:
    """The container whose signature the file's first bytes carry, or None."""
    return next((container for container in CONTAINERS if container.magic.match(head)), None)
