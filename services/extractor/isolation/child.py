"""The sandboxed child: reads one video from its standard input, writes records to its standard output."""

from __future__ import annotations

import json
import os
import resource
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import IO, Any

import av.audio.stream  # these two: PyAV imports them when it meets such a stream, too late for the sandbox
import av.subtitles.stream  # noqa: F401

from services.extractor.decoding.content import Content, FileContent, FileView
from services.extractor.decoding.decode import sample
from services.extractor.decoding.outcomes import Damaged
from services.extractor.decoding.probe import probe
from services.extractor.decoding.sampling import Clock
from services.extractor.decoding.source import OpenVideo, open_video
from services.extractor.isolation.content import ServedContent
from services.extractor.isolation.records import pack, pack_probe, pack_sampled
from services.extractor.media import BadVideo, Encoding, Limits, Span
from services.extractor.orientation import orientation
from services.extractor.pictures.screen import Repetitions, Screen
from shared.config.screening import Screening

CODE_BYTES = 1 << 30  # address space the interpreter and the libraries map without ever touching most of it
STANDARD_STREAMS = 3
ONE = Fraction(1)


def run(request: bytes) -> None:
    """Carry out the task, a JSON object; the last record is `end`, `bad` (the video) or `bug` (ours)."""
    task = json.loads(request)
    limits = Limits(**task["limits"])
    with _content(task["served"]) as content, os.fdopen(1, "wb", buffering=0) as pipe:
        confine(limits)
        pipe.write(_last_words(task, limits, FileView(content), pipe))


@contextmanager
def _content(served: int | None) -> Iterator[Content]:
    """The video on standard input: a file, or a socket on which so many bytes are served."""
    if served is None:
        yield FileContent(0)
        return
    with socket.socket(fileno=0) as line:
        yield ServedContent(line, served)


def confine(limits: Limits) -> None:
    """Take away what a hostile video could use. Imports must be done: no file can be opened from here on."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (limits.memory_bytes, limits.memory_bytes))
    address_space = limits.memory_bytes + CODE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD_STREAMS, STANDARD_STREAMS))  # no file, no socket


def _last_words(task: dict[str, Any], limits: Limits, video: FileView, pipe: IO[bytes]) -> bytes:
    try:
        for record in _records(task, limits, open_video(video, limits)):
            pipe.write(record)
        return pack("end", {})
    except BadVideo as error:
        return pack("bad", {"sentence": str(error)})
    except MemoryError:
        return pack(
            "bad", {"sentence": f"the video needs more than {limits.memory_bytes >> 20} MB of memory"}
        )
    except Exception:
        return pack("bug", {"complaint": traceback.format_exc(limit=-8)})


def _records(task: dict[str, Any], limits: Limits, video: OpenVideo) -> Iterator[bytes]:
    if "span" not in task:
        yield pack_probe(probe(video, limits))
        return
    clock = Clock(video.start, video.time_base, Fraction(task["interval"]))
    screening = task["screening"] and Screening(**task["screening"])
    pixel_aspect = video.stream.sample_aspect_ratio or ONE
    way = orientation(video.first)
    screen = Screen(clock, Encoding(**task["encoding"]), pixel_aspect, screening, way)
    repetitions = Repetitions(clock.interval, screening) if task["dedup"] else None
    span = Span(**task["span"])
    begin = repetitions.begin(span.first) if repetitions else span.first
    damaged: list[int] = []
    for outcome in sample(video, clock, Span(begin, span.stop), screen.judge):
        judged = repetitions.judge(outcome.made) if repetitions else outcome.made
        if outcome.instant < span.first:
            continue
        if issubclass(outcome.kind, Damaged):
            damaged.append(outcome.instant)
        yield pack_sampled(judged.told)
    if damaged:
        where = float(damaged[0] * clock.interval)
        raise BadVideo(
            f"the video is damaged: frames are missing from {where:g} s on ({len(damaged)} instants)"
        )
