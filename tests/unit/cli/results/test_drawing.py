"""How results are drawn: the words that a reader must find."""

from __future__ import annotations

from services.cli.results import drawing
from tests.known_videos import summary
from tests.unit.cli.terminal import drawn


def test_brands_are_shown_with_their_figures_and_the_books() -> None:
    text = drawn(drawing.exposures(summary()))
    for words in ("cup.mp4 · 20.0 s · COMPLETED", "Acme", "12.5 s", "62.5 %", "1.25 % of frame"):
        assert words in text
    assert "20 sampled = 18 published + 2 skipped" in text
    assert "18 published = 17 detected + 1 failed" in text


def test_a_video_without_brands_says_so() -> None:
    assert "no brand was seen" in drawn(drawing.exposures(summary(brands=[])))


def test_what_went_wrong_stands_below_the_brands() -> None:
    assert "1 of 18 frames failed" in drawn(drawing.exposures(summary(error="1 of 18 frames failed")))


def test_names_in_brackets_are_no_markup() -> None:
    named = summary(video={"source": "s3://videos/in/[red]cup.mp4", "duration_s": 20.0})
    named["brands"][0]["brand"] = "[bold]Acme[/]"
    text = drawn(drawing.exposures(named))
    assert "[red]cup.mp4" in text
    assert "[bold]Acme[/]" in text
