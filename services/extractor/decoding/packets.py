"""Read a stream's packets, and tell what each of them is: when it is shown, and whether others need it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.packet import Packet as AvPacket
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.extractor.decoding.h264.references import Picture, tracker
from services.extractor.media import BadVideo

MAX_HEAD_BYTES = 64 << 20  # of packets tried before the first frame comes out
ENCRYPTED = "the video is encrypted, and LogoStream has no key to it"
HVCC_LAYERS_AT = 21  # byte of HEVC's configuration record with the number of temporal layers
VP8_SHOWN = 0x10  # show_frame, bit 4 of the frame tag (RFC 6386 §9.1); clear on alternate reference frames


@dataclass(frozen=True, slots=True)
class Coded:
    """One coded frame, in decoding order: sampling.Packet over FFmpeg's packet."""

    pts: int | None
    end: int
    key: bool
    shown: bool
    size: int
    packet: AvPacket[VideoStream]
    picture: Picture | None  # what it refers to, where that is known


def coded(container: InputContainer, stream: VideoStream, frame_ticks: int) -> Iterator[Coded]:
    """The stream's packets; a file that breaks off simply ends."""
    decoder = stream.codec_context
    hides_frames = decoder.name == "vp8"
    # Without B-frames every reference leads to the next: there is nothing to leave out.
    following = tracker(decoder.extradata) if decoder.name == "h264" and decoder.has_b_frames else None
    try:
        for packet in container.demux(stream):
            if packet.size:
                if packet.has_sidedata("new_extradata"):
                    following = None
                picture = following.picture(memoryview(packet), packet.is_keyframe) if following else None
                yield _described(packet, frame_ticks, hides_frames, picture)
    except av.FFmpegError:
        return


def _described(
    packet: AvPacket[VideoStream], frame_ticks: int, hides_frames: bool, picture: Picture | None
) -> Coded:
    pts = packet.pts if packet.pts is not None else packet.dts
    hidden = packet.is_discard or (hides_frames and not memoryview(packet)[0] & VP8_SHOWN)
    end = (pts or 0) + (packet.duration or frame_ticks)
    return Coded(pts, end, packet.is_keyframe, not hidden, packet.size, packet, picture)


def first_frame(stream: VideoStream, packets: Iterator[Coded]) -> tuple[list[Coded], VideoFrame]:
    """Decode until a frame comes out; its timestamp is time zero. Raises BadVideo if none does."""
    decoder = stream.codec_context
    head: list[Coded] = []
    size = 0
    for packet in packets:
        if packet.packet.has_sidedata("encryption_info"):  # decoded, it would be noise
            raise BadVideo(ENCRYPTED)
        head.append(packet)
        size += packet.size
        if size > MAX_HEAD_BYTES:
            break
        frames = decoded(decoder, packet.packet)
        if frames:
            decoder.flush_buffers()
            return head, frames[0]
    frames = decoded(decoder, None)
    if not frames:
        raise BadVideo("not one frame of the video can be decoded")
    decoder.flush_buffers()
    return head, frames[0]


def decoded(context: VideoCodecContext, packet: AvPacket[VideoStream] | None) -> list[VideoFrame]:
    """The frames that come out for one packet, or at the end (None); if a failure matters, it shows later."""
    try:
        return [frame for frame in context.decode(packet) if frame.pts is not None]
    except av.FFmpegError:
        return []


def timed_by_decoding(name: str, stream: VideoStream, head: list[Coded]) -> bool:
    """Whether frames are shown in another order than their timestamps say.

    So it is when B-frames are announced and yet no packet is shown later than it is decoded, as some writers
    of mp4 (OpenCV's) do it; and in AVI, which has no other times, if FFmpeg cannot tell what a packet is.
    """
    if not stream.codec_context.has_b_frames:
        return False
    if name == "avi":
        return stream.codec_context.name in ("h264", "hevc")
    return all(packet.packet.pts == packet.packet.dts for packet in head)


def knows_references(stream: VideoStream) -> bool:
    """Whether "nothing refers to this frame", as the bitstream says it, is the whole truth.

    HEVC says it per temporal layer only (H.265 §7.4.2.2), so there must be but one: numTemporalLayers in the
    decoder configuration record (ISO/IEC 14496-15 §8.3.3.1). dav1d must be told to skip before it starts.
    """
    if stream.codec_context.name == "libdav1d":
        return False
    if stream.codec_context.name != "hevc":
        return True
    record = stream.codec_context.extradata or b""
    return len(record) > HVCC_LAYERS_AT and record[0] == 1 and record[HVCC_LAYERS_AT] >> 3 & 7 == 1
