"""Sample a video: by the cheapest plan where that works, more thoroughly where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from services.extractor.decoding.decoders import sample_by_plan
from services.extractor.decoding.ordered import sample_in_order
from services.extractor.decoding.outcomes import Finish, Finished, Shown, T, Undecodable
from services.extractor.decoding.packets import Coded
from services.extractor.decoding.presentation import OrderUnknown, at_presentation_times
from services.extractor.decoding.probe import claimed_end
from services.extractor.decoding.sampling import Clock
from services.extractor.decoding.source import OpenVideo, packets_from
from services.extractor.media import Span

RECOVERY_SECONDS = (
    15  # before a frame: an intra-refresh stream is whole after one round, 250 frames by default
)


def sample(video: OpenVideo, clock: Clock, span: Span, finish: Finish[T]) -> Iterator[Finished[T]]:
    """What `finish` makes of the outcome of each instant of the span, in order; called on several threads.

    Where a frame does not come out, its keyframe may be none that decoding can begin with: streams with intra
    refresh have no better. Decoding then begins further back, and goes on so if that helped. If not, the
    frame is damaged.
    """
    promised, first = claimed_end(video), span.first
    try:
        for outcome in _by_headers(video, clock, span, promised, finish):
            yield outcome
            first = outcome.instant + 1
    except OrderUnknown:
        yield from sample_in_order(video, clock, Span(first, span.stop), promised, finish)


def _by_headers(
    video: OpenVideo, clock: Clock, span: Span, promised: int, finish: Finish[T]
) -> Iterator[Finished[T]]:
    """Raises OrderUnknown."""
    first = span.first
    while first < span.stop:
        for outcome in _by_plan(video, clock, Span(first, span.stop), promised, finish):
            first = outcome.instant + 1
            if outcome.kind is Undecodable:
                break
            yield outcome
        else:
            return
        at = outcome.instant
        (retried,) = _thoroughly(video, clock, Span(at, first), promised, finish)
        if retried.kind is Shown:
            yield from _thoroughly(video, clock, Span(at, span.stop), promised, finish)
            return
        yield retried


def _by_plan(
    video: OpenVideo, clock: Clock, span: Span, promised: int, finish: Finish[T]
) -> Iterator[Finished[T]]:
    packets = _packets_from(video, clock.tick(span.first))
    yield from sample_by_plan(video, packets, clock, span, promised, finish)


def _thoroughly(
    video: OpenVideo, clock: Clock, span: Span, promised: int, finish: Finish[T]
) -> Iterator[Finished[T]]:
    """Decode on from well before the first instant, without beginning anew at any keyframe."""
    before = clock.tick(span.first) - int(RECOVERY_SECONDS / clock.time_base)
    packets = _one_group(_packets_from(video, before))
    yield from sample_by_plan(video, packets, clock, span, promised, finish)


def _packets_from(video: OpenVideo, tick: int) -> Iterator[Coded]:
    packets = packets_from(video, tick)
    return at_presentation_times(packets) if video.timed_by_decoding else packets


def _one_group(packets: Iterator[Coded]) -> Iterator[Coded]:
    for number, packet in enumerate(packets):
        yield packet if number == 0 else replace(packet, key=False)
