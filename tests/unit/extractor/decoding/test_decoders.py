"""Groups of pictures on several decoders at once: the same frames in the same order, and memory bounded."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from services.extractor.decoding import decoders
from services.extractor.decoding.content import FileView
from services.extractor.decoding.decode import sample
from services.extractor.decoding.outcomes import Outcome, Shown
from services.extractor.decoding.packets import Coded
from services.extractor.decoding.sampling import Clock
from services.extractor.decoding.source import open_video, packets_from
from services.extractor.media import Limits, Span


def pixels(outcome: Outcome) -> tuple[int, bytes]:
    assert isinstance(outcome, Shown)
    return outcome.pts, outcome.frame.to_ndarray().tobytes()


@pytest.mark.parametrize("under_way", [0, 64 << 20])
def test_several_decoders_give_what_one_gives(
    make_video: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, under_way: int
) -> None:
    video = make_video(range(75), Fraction(1, 25), g="10", bf="2")
    monkeypatch.setattr(decoders, "MAX_UNDER_WAY", under_way)
    results = []
    for number in (1, 3):
        monkeypatch.setattr(decoders, "MAX_DECODERS", number)
        with video.open("rb") as file:
            opened = open_video(FileView.of(file), Limits())
            clock = Clock(opened.start, opened.time_base, Fraction(3, 25))
            results.append(list(sample(opened, clock, Span(0, 25), pixels)))
    assert results[0] == results[1]
    assert [outcome.instant for outcome in results[0]] == list(range(25))


def test_the_first_frame_is_made_before_much_more_is_read(make_video: Callable[..., Path]) -> None:
    video = make_video(range(500), Fraction(1, 25), g="500")
    with video.open("rb") as file:
        opened = open_video(FileView.of(file), Limits())
        clock = Clock(opened.start, opened.time_base, Fraction(1))
        read: list[Coded] = []
        packets = (read.append(packet) or packet for packet in packets_from(opened, 0))  # type: ignore[func-returns-value]
        outcomes = decoders.sample_by_plan(opened, packets, clock, Span(0, 20), 0, pixels)
        next(outcomes)
        assert len(read) < 100
        assert len(list(outcomes)) == 19
