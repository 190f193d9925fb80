"""A chunk of edges: they are found where the video shows them; where it cannot be read no harm is done."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from services.extractor.following.edges import find_edges
from services.extractor.isolation.sandbox import Sandbox
from services.extractor.media import Limits
from shared.messaging.messages import ChunkExtracted, ChunkPlanned, FoundEdge, OpenEdge
from tests.unit.extractor.following.pictured import filmed, logo, picture
from tests.unit.extractor.studio import Studio, message, sent


def edge(shown: int, gone: int) -> OpenEdge:
    return OpenEdge(detector="logos", label="Acme", shown=shown, gone=gone, logos=(logo(120),))


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
