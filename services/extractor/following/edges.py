"""Finds edges in the video itself, without a detector: what a chunk with edges asks for.

The frames between two samples are decoded in the sandbox, made small, and given to `changes`. Where they
cannot be read nothing is found, and no harm is done: what the samples say of the edge still holds.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import cv2
import numpy as np

from services.extractor.fetching.remote import AnyVideo
from services.extractor.following.changes import change
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import BadVideo, Encoding, SampledFrame, Span
from services.extractor.orientation import Image
from shared.messaging.messages import ChunkPlanned, FoundEdge, OpenEdge

LONGEST = 640  # pixels: logos that detectors find are still of some size in it
LEAD = Fraction(1, 4)  # seconds for which the frame of the first sample may have been on screen


@dataclass(frozen=True, slots=True)
class Still:
    """A frame as a small picture, and the first instant at which it is on screen."""

    instant: int
    image: Image


async def find_edges(sandbox: Sandbox, video: AnyVideo, chunk: ChunkPlanned) -> tuple[FoundEdge, ...]:
    """Those of a chunk's edges that the video shows, in the order of time; raises `ObjectError`."""
    found: list[FoundEdge] = []
    for between, edges in sorted(_by_samples(chunk.edges).items()):
        frames = await _frames(sandbox, video, chunk, between)
        found += await asyncio.to_thread(_found, frames, between, edges)
    return tuple(found)


def _by_samples(edges: Iterable[OpenEdge]) -> dict[tuple[int, int], list[OpenEdge]]:
    grouped: defaultdict[tuple[int, int], list[OpenEdge]] = defaultdict(list)
    for edge in edges:
        grouped[edge.between].append(edge)
    return grouped


async def _frames(
    sandbox: Sandbox, video: AnyVideo, chunk: ChunkPlanned, between: tuple[int, int]
) -> list[SampledFrame]:
    """Every frame on screen between two instants, and some before; those that could be read."""
    sampling, apart = chunk.sampling, chunk.sampling.step / chunk.grid
    encoding = Encoding(
        deinterlace=sampling.deinterlace, square_pixels=sampling.square_pixels, longest=LONGEST
    )
    span = Span(max(0, between[0] - ceil(LEAD / apart)), between[1] + 1)
    try:
        async with aclosing(sandbox.frames(video, span, apart, encoding)) as visit:
            return [item async for item in visit if isinstance(item, SampledFrame)]
    except BadVideo:
        return []


def _found(
    frames: Sequence[SampledFrame], between: tuple[int, int], edges: Iterable[OpenEdge]
) -> list[FoundEdge]:
    stills = _stills(frames, between[0])
    return [found for edge in edges if (found := found_edge(stills, edge))] if len(stills) > 1 else []


def _stills(frames: Sequence[SampledFrame], first: int) -> list[Still]:
    """The frame on screen at this instant and all after it; none where that frame is not among them."""
    begin = max((n for n, frame in enumerate(frames) if frame.instant <= first), default=len(frames))
    return [Still(frame.instant, _decoded(frame.data)) for frame in frames[begin:]]


def _decoded(data: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return np.asarray(image, np.uint8)


def found_edge(stills: Sequence[Still], edge: OpenEdge) -> FoundEdge | None:
    """What the frames from one sample to the other, of which there are at least two, say of an edge."""
    # Followed from the sample that shows the logo, so backwards to where it came.
    order = stills[::-1] if edge.comes else stills
    left = change([still.image for still in order], edge.logos, edge.covers)
    if left is None:
        return None
    first = order[left.number - 1 if edge.comes else left.number]
    return FoundEdge(**edge.model_dump(exclude={"logos", "covers"}), at=first.instant, sure=left.sure)
