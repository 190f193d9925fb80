"""Open a video file so that nothing in it can reach another file, a server or unbounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import IO, NoReturn, cast

import av
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from services.extractor.decoding.containers import NAMES, SNIFFED_BYTES, sniff
from services.extractor.decoding.content import FileView
from services.extractor.decoding.packets import Coded, coded, first_frame, knows_references, timed_by_decoding
from services.extractor.media import BadVideo, Limits

READ_BYTES = 256 << 10  # per call into Python: a call costs more than the bytes
HEAD_PACKETS = 24  # looked at beyond the first frame, to learn whether timestamps can be trusted


@dataclass(slots=True)
class OpenVideo:
    """An opened video: its stream, the packets read so far and the first frame they gave."""

    name: str
    file: FileView
    container: InputContainer
    stream: VideoStream
    time_base: Fraction
    frame_ticks: int  # ticks a frame lasts on average: for packets that do not say
    head: list[Coded]
    rest: Iterator[Coded]
    first: VideoFrame
    timed_by_decoding: bool  # its timestamps say when packets are decoded, not when frames are shown
    may_drop: bool  # the decoder knows for certain which frames nothing refers to

    @property
    def start(self) -> int:
        """The first frame's timestamp, ticks."""
        return self.first.pts or 0


def open_video(file: FileView, limits: Limits) -> OpenVideo:
    """Open the file and decode its first frame.

    Raises BadVideo if it is no video that can be read, or one beyond the limits.
    """
    container, name = _open_container(file, limits)
    stream = _video_stream(container)
    _check_size(stream, limits)
    time_base = stream.time_base or Fraction(1, 1000)
    frame_ticks = round(1 / (stream.average_rate * time_base)) if stream.average_rate else 0
    rest = coded(container, stream, frame_ticks)
    head, first = first_frame(stream, rest)
    head += islice(rest, HEAD_PACKETS)
    by_decoding = timed_by_decoding(name, stream, head)
    may_drop = knows_references(stream)
    return OpenVideo(
        name, file, container, stream, time_base, frame_ticks, head, rest, first, by_decoding, may_drop
    )


def packets_from(video: OpenVideo, tick: int) -> Iterator[Coded]:
    """The packets in decoding order, from a keyframe that is shown no later than `tick`."""
    if tick <= video.start:
        return _rewound(video)
    back = 0
    while tick - back > video.start:
        packets = _sought(video, tick - back)
        key = next((packet for packet in packets if packet.key), None)
        if key is not None and key.shown and key.pts is not None and key.pts <= tick:
            return _chained(key, packets)
        # Some containers seek by decoding time or by guessing a byte position: ask for ever earlier.
        back = back * 2 + max(1, int(1 / video.time_base))
    return _rewound(video)


def packets_about(video: OpenVideo, tick: int) -> Iterator[Coded]:
    """The packets from about `tick` on, which need not begin with a keyframe; none where seeking fails."""
    return _sought(video, tick, any_frame=True)


def another_decoder(video: OpenVideo) -> VideoCodecContext:
    """A further decoder like the video's own. FFmpeg prepares one only by opening the file."""
    demuxer = video.container.format.name.split(",")[0]
    context = _video_stream(_demux(FileView(video.file.content), demuxer)).codec_context
    context.open(strict=False)
    return context


def _chained(first: Coded, rest: Iterator[Coded]) -> Iterator[Coded]:
    yield first
    yield from rest


def _sought(video: OpenVideo, tick: int, any_frame: bool = False) -> Iterator[Coded]:
    video.head = []  # the position is lost
    try:
        video.container.seek(tick, stream=video.stream, any_frame=any_frame)
    except av.FFmpegError:
        return iter(())
    return coded(video.container, video.stream, video.frame_ticks)


def _rewound(video: OpenVideo) -> Iterator[Coded]:
    """All packets from the first; the file is opened again if its beginning has been left."""
    if video.head:
        head, video.head = video.head, []
        yield from head
        yield from video.rest
        return
    demuxer = video.container.format.name.split(",")[0]
    video.container.close()
    video.file.seek(0)
    video.container = _demux(video.file, demuxer)
    video.stream = _video_stream(video.container)
    yield from coded(video.container, video.stream, video.frame_ticks)


def _open_container(file: FileView, limits: Limits) -> tuple[InputContainer, str]:
    head = file.read(SNIFFED_BYTES)
    if not head:
        raise BadVideo("the file is empty")
    kind = sniff(head)
    if kind is None:
        raise BadVideo(f"the file is not a video LogoStream can read (it reads {NAMES})")
    file.seek(0)
    try:
        return _demux(file, kind.demuxer), kind.name
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise BadVideo(f"the {kind.name} file is damaged or cut short: its index cannot be read") from error


def _demux(file: FileView, demuxer: str) -> InputContainer:
    return av.open(
        cast("IO[bytes]", file),
        mode="r",
        format=demuxer,
        container_options={"protocol_whitelist": "none"},
        metadata_errors="replace",
        buffer_size=READ_BYTES,
        io_open=_refuse,
    )


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    """A video that names another file or a server is not followed."""
    raise PermissionError("a video may not open anything else")


def _video_stream(container: InputContainer) -> VideoStream:
    pictures = Disposition.attached_pic | Disposition.still_image
    streams = [stream for stream in container.streams.video if not stream.disposition & pictures]
    if not streams:
        what = "only audio" if container.streams.audio else "nothing that can be played"
        raise BadVideo(f"the file has no video stream, {what}")
    chosen = streams[0]
    for other in container.streams:
        if other.index != chosen.index:
            other.discard = Discard.all
    if chosen.codec_context is None:
        raise BadVideo("the video's codec is not one LogoStream can decode")
    chosen.codec_context.thread_count = 1
    return chosen


def _check_size(stream: VideoStream, limits: Limits) -> None:
    width, height = stream.width, stream.height
    if width * height > limits.max_pixels:
        raise BadVideo(f"the video is {width} × {height} pixels, more than the {limits.max_pixels:,} allowed")
