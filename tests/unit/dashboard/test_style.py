"""Colours can be read in both themes: WCAG 2.2 asks for a contrast of 4.5 for text."""

from __future__ import annotations

import re

import pytest

from services.dashboard.app import STATIC

PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
STYLE = (STATIC / "style.css").read_text()
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(STYLE)}
TEXT_ON = [
    *[
        (text, ground)
        for text in ("ink", "soft", "accent", "good", "busy", "bad")
        for ground in ("ground", "surface")
    ],
    ("ink", "bad-ground"),
    ("ink", "busy-ground"),
    ("on-accent", "accent"),
]
ENOUGH = 4.5


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG's definition."""

    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[n : n + 2], 16)) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(text: str, ground: str, theme: int) -> None:
    assert contrast(COLOURS[text][theme], COLOURS[ground][theme]) >= ENOUGH


def test_contrast_is_measured_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in STATIC.rglob("*"):
        if file.suffix in (".css", ".js"):
            assert "http" not in file.read_text().replace("http://www.w3.org/2000/svg", ""), file
