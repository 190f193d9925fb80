"""Groups of pictures on several decoders at once: the same frames in the same order, and memory bounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest

from services.extractor.decoding import lanes
from services.extractor.decoding.decode import sample
from services.extractor.decoding.outcomes import Outcome, Shown
from services.extractor.decoding.packets import Coded
from services.extractor.decoding.planned import FIRST_PIECE_BYTES, PICTURE_BYTES, PIECE_BYTES, pieces
from services.extractor.decoding.sampling import Clock, Decode, Pick, Restart, Skip, Step
from services.extractor.decoding.source import open_video, packets_from
from services.extractor.isolation.content import FileView
from services.extractor.media import Limits, Span


@dataclass(frozen=True)
class Weight:
    size: int


def decode(size: int) -> Decode[Coded]:
    return Decode(cast(Coded, Weight(size)), droppable=False)


def test_no_piece_crosses_a_restart_and_every_group_ends_once() -> None:
    steps: list[Step[Coded]] = [
        Restart(),
        decode(1),
        Pick(0, 0),
        Restart(),
        decode(1),
        Skip(1, 0),
        Pick(2, 9),
    ]
    cut = list(pieces(steps))
    assert [piece.steps for piece in cut] == [[], steps[1:3], steps[4:]]
    assert all(piece.begins and piece.ends for piece in cut)


def test_a_heavy_group_comes_in_pieces_that_stay_together() -> None:
    cut = list(pieces([decode(PIECE_BYTES // 2 + 1) for _ in range(5)]))
    assert sum(len(piece.steps) for piece in cut) == 5
    assert [piece.begins for piece in cut] == [True] + [False] * (len(cut) - 1)
    assert [piece.ends for piece in cut] == [False] * (len(cut) - 1) + [True]


def test_pieces_grow_so_that_the_first_frame_comes_early() -> None:
    cut = [piece.cost for piece in pieces([decode(1000) for _ in range(40_000)])]
    assert cut[0] <= FIRST_PIECE_BYTES + 1000
    assert cut[:-1] == sorted(cut[:-1])
    assert max(cut) == pytest.approx(PIECE_BYTES, abs=1000)


def test_pictures_weigh_too_so_that_few_bytes_of_video_cannot_fill_the_memory() -> None:
    cut = list(pieces([Pick(k, k) for k in range(2 * PIECE_BYTES // PICTURE_BYTES)]))
    assert max(piece.cost for piece in cut) <= PIECE_BYTES + PICTURE_BYTES


def pixels(outcome: Outcome) -> tuple[int, bytes]:
    assert isinstance(outcome, Shown)
    return outcome.pts, outcome.frame.to_ndarray().tobytes()


@pytest.mark.parametrize("under_way", [0, 64 << 20])
def test_several_lanes_give_what_one_gives(
    make_video: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, under_way: int
) -> None:
    video = make_video(range(75), Fraction(1, 25), g="10", bf="2")
    monkeypatch.setattr(lanes, "MAX_UNDER_WAY", under_way)
    results = []
    for number in (1, 3):
        monkeypatch.setattr(lanes, "MAX_LANES", number)
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
        outcomes = lanes.sample_by_plan(opened, packets, clock, Span(0, 20), 0, pixels)
        next(outcomes)
        assert len(read) < 100
        assert len(list(outcomes)) == 19


def test_a_view_of_a_file_has_a_position_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"0123456789")
    with path.open("rb", buffering=0) as file:
        one, other = FileView.of(file), FileView.of(file)
        assert (one.read(3), other.read(2), one.read(2), file.read(1)) == (b"012", b"01", b"34", b"0")
        assert (one.seek(-2, 2), one.read(5), one.tell(), one.read(1)) == (8, b"89", 10, b"")
        assert (other.seek(1, 1), other.read(1)) == (3, b"3")
