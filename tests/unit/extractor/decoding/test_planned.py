"""Sampling plans come in pieces: small enough to bound the memory, and none of two groups of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from services.extractor.decoding.packets import Coded
from services.extractor.decoding.planned import FIRST_PIECE_BYTES, PICTURE_BYTES, PIECE_BYTES, pieces
from services.extractor.decoding.sampling import Decode, Pick, Restart, Skip, Step


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
