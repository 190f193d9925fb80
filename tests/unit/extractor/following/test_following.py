"""Following a logo: it is found where it comes or leaves, and where nothing can be read no harm is done."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extractor.following.changes import Change, change
from services.extractor.following.edges import find_edges
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Limits
from services.extractor.pictures.orientation import Image
from shared.messaging.messages import BoundingBox, ChunkExtracted, ChunkPlanned, FoundEdge, OpenEdge
from tests.unit.extractor.studio import Studio, message, sent

WIDTH, HEIGHT = 320, 180
LOGO = cv2.resize(
    np.random.default_rng(1).integers(0, 255, (6, 8, 3), np.uint8), (64, 48), interpolation=cv2.INTER_NEAREST
)
GROUND = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8), (0, 0), 9)


def picture(left: int | None, top: int = 60) -> Image:
    """The ground, with the logo where its left edge is given; beyond the frame it is cut off."""
    wide = cv2.copyMakeBorder(GROUND, 0, 0, WIDTH, WIDTH, cv2.BORDER_REFLECT)
    if left is not None:
        wide[top : top + 48, WIDTH + left : WIDTH + left + 64] = LOGO
    return np.ascontiguousarray(wide[:, WIDTH : 2 * WIDTH])


def box(left: int, top: int = 60) -> BoundingBox:
    right = min(WIDTH, left + 64)
    return BoundingBox(left=left / WIDTH, top=top / HEIGHT, width=(right - left) / WIDTH, height=48 / HEIGHT)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 23), st.integers(-3, 3))
def test_a_logo_that_vanishes_is_found_to_the_picture_while_it_moves(stop: int, speed: int) -> None:
    pictures = [picture(120 + speed * n if n < stop else None) for n in range(25)]
    found = change(pictures, [box(120)])
    assert found
    assert (found.number, found.sure) == (stop, True)


def test_a_logo_that_slides_out_of_the_frame_is_found_as_it_leaves() -> None:
    pictures = [picture(200 + 8 * n) for n in range(25)]  # beyond the edge from the fifteenth on
    found = change(pictures, [box(200)])
    assert found
    assert found.sure
    assert 12 <= found.number <= 15


def test_of_two_logos_of_a_brand_the_clearer_tells() -> None:
    pictures = [picture(120 if n < 9 else None) for n in range(20)]
    nothing_there = box(10, top=10)
    assert change(pictures, [nothing_there, box(120)]) == change(pictures, [box(120)])


def test_a_logo_that_is_never_seen_to_leave_is_not_sure() -> None:
    found = change([picture(120)] * 20, [box(120)])
    assert found
    assert not found.sure


def test_a_logo_too_small_to_be_followed_is_left_to_the_samples() -> None:
    speck = BoundingBox(left=0.5, top=0.5, width=0.005, height=0.005)
    assert change([picture(120)] * 3, [speck]) is None
    assert change([picture(120)] * 3, []) is None


def test_a_large_logo_is_followed_in_a_smaller_picture() -> None:
    large = [cv2.resize(picture(120 if n < 7 else None), None, fx=4, fy=4) for n in range(12)]
    found = change([np.asarray(each, np.uint8) for each in large], [box(120)])
    assert found
    assert (found.number, found.sure) == (7, True)


@pytest.mark.parametrize(("drop", "sure"), [(0.39, False), (0.4, True)])
def test_a_change_is_sure_from_a_drop_of_two_fifths_on(drop: float, sure: bool) -> None:
    assert Change(1, drop).sure is sure


# --- of a chunk


def edge(shown: int, gone: int) -> OpenEdge:
    return OpenEdge(detector="logos", label="Acme", shown=shown, gone=gone, boxes=(box(120),))


def asked(studio: Studio, *edges: OpenEdge) -> ChunkPlanned:
    return studio.chunk(32, 33).model_copy(update={"chunk": 7, "grid": 64, "edges": edges})


def answer(studio: Studio) -> ChunkExtracted:
    [told] = sent(studio.results)
    assert isinstance(told, ChunkExtracted)
    assert (told.chunk, told.sampled, told.published, told.damage) == (7, 0, 0, None)
    assert studio.uploaded == {}
    assert sent(studio.frames) == []
    return told


async def test_a_chunk_of_edges_is_answered_with_those_that_the_video_shows(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "copies")
    studio.sandbox.film = {n: picture(120 if 20 <= n < 90 else None) for n in range(129)}
    edges = edge(64, 0), edge(64, 128)
    await studio.decoder()(message(asked(studio, *edges).body()))
    facts = {"detector": "logos", "label": "Acme", "sure": True}
    assert answer(studio).edges == (
        FoundEdge(shown=64, gone=0, at=20, **facts),
        FoundEdge(shown=64, gone=128, at=90, **facts),
    )


async def test_where_the_video_cannot_be_read_no_edge_is_found_and_the_others_are(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "copies")
    studio.sandbox.film = {n: picture(120 if 20 <= n < 90 else None) for n in range(129)}
    studio.sandbox.breaks_at = 100
    await studio.decoder()(message(asked(studio, edge(64, 0), edge(64, 128)).body()))
    assert [found.at for found in answer(studio).edges] == [20]


async def test_a_frame_that_has_long_been_on_screen_at_the_first_sample_is_not_guessed(
    tmp_path: Path,
) -> None:
    studio = Studio(tmp_path / "copies")
    studio.sandbox.film = {n: picture(120 if n < 90 else None) for n in range(70, 129)}
    await studio.decoder()(message(asked(studio, edge(64, 128)).body()))
    assert answer(studio).edges == ()


async def test_edges_of_a_video_that_is_gone_are_left_to_the_samples(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "copies")
    studio.objects.stored.clear()
    await studio.decoder()(message(asked(studio, edge(64, 0)).body()))
    assert answer(studio).edges == ()


async def test_edges_that_are_given_up_are_left_to_the_samples(tmp_path: Path) -> None:
    studio = Studio(tmp_path / "copies")
    await studio.decoder().give_up(message(asked(studio, edge(64, 0)).body()), "failed ten times")
    assert answer(studio).edges == ()


@pytest.mark.real_time
async def test_the_frames_of_a_film_are_followed_as_they_are_decoded(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    filmed(film, [picture(120 if 8 <= n < 36 else None) for n in range(50)])
    chunk = asked(Studio(tmp_path / "copies"), edge(64, 0), edge(64, 128))
    found = await find_edges(Sandbox(Limits()), film, chunk)
    apart = Fraction(1, 64)
    moments = [float((each.at - Fraction(1, 2)) * apart) for each in found]
    assert moments == pytest.approx([8 / 25, 36 / 25], abs=1 / 128)


def filmed(path: Path, pictures: list[Image]) -> None:
    """A film of 25 frames a second."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for each in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(each, format="bgr24")))
        out.mux(stream.encode(None))
