"""The cast: running footballers, a ball, a racing car from behind, trees and lamp posts."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from services.samples.pen import INK, WHITE, Canvas, Colour, Image, Point, colour

PHASES = 10  # pictures of one running step
PLAYER = (1.5, 2.0)  # metres covered by a player's picture; the feet stand on its lower edge


@dataclass(frozen=True, slots=True)
class Kit:
    """What a team wears, and one player's looks."""

    number: str
    shirt: Colour
    sleeves: Colour
    shorts: Colour
    socks: Colour
    skin: Colour
    hair: Colour


def player(kit: Kit, phase: int, flip: bool = False) -> Image:
    """A footballer running to the right (to the left when flipped); premultiplied BGRA."""
    art = Canvas(PLAYER[0] * 100, PLAYER[1] * 100, pixels=300)
    turn = 2 * np.pi * phase / PHASES
    bob = 3 * abs(float(np.sin(turn)))
    hip, neck = (74.0, 104 - bob), (85.0, 52 - bob)
    _leg(art, hip, turn + np.pi, kit, shade=0.8)
    _arm(art, neck, turn, kit, shade=0.8)
    _leg(art, hip, turn, kit, shade=1)
    art.stroke([(hip[0] - 2, hip[1]), (hip[0] + 3, hip[1])], 24, kit.shorts)
    art.stroke([(hip[0], hip[1] - 9), (neck[0] - 5, neck[1] + 14)], 28, kit.shirt)
    art.stroke([(neck[0] - 12, neck[1] + 10), (neck[0] - 1, neck[1] + 10)], 18, kit.shirt)
    if not flip:  # a number would come out mirrored
        middle, chest = (hip[0] + neck[0]) / 2, (hip[1] + neck[1]) / 2
        art.text(kit.number, middle - 3, chest + 9, 17, kit.sleeves, weight=800)
    _arm(art, neck, turn + np.pi, kit, shade=1)
    _head(art, (neck[0] + 5, neck[1] - 14), kit)
    done = art.finish()
    return np.ascontiguousarray(done[:, ::-1]) if flip else done


def _head(art: Canvas, at: Point, kit: Kit) -> None:
    x, y = at
    art.stroke([(x - 4, y + 16), (x - 1, y + 6)], 10, _shaded(kit.skin, 0.9))
    art.ellipse(x, y, 10.5, 13, kit.skin, degrees=8)
    art.ellipse(x - 3.5, y - 6, 10.5, 8.5, kit.hair, degrees=-16)
    art.disc(x - 1, y + 1, 2.4, _shaded(kit.skin, 0.88))


def _leg(art: Canvas, hip: Point, turn: float, kit: Kit, shade: float) -> None:
    """Thigh, shin and boot: the knee leads the swing and bends most while the leg comes forward."""
    swing = 0.75 * np.sin(turn) + 0.12
    bend = 0.35 + 1.0 * max(0.0, float(np.cos(turn + 0.35)))
    knee = _from(hip, swing, 42)
    ankle = _from(knee, swing - bend, 41)
    art.stroke([knee, ankle], 11.5, _shaded(kit.skin, shade))
    art.stroke([_between(knee, ankle, 0.3), ankle], 12.5, _shaded(kit.socks, shade))
    art.stroke([hip, knee], 16, _shaded(kit.skin, shade))
    art.stroke([hip, _between(hip, knee, 0.62)], 20, _shaded(kit.shorts, shade))
    toe = _from(ankle, swing - bend + 1.35, 14)
    art.stroke([(ankle[0], ankle[1] + 3), (toe[0], toe[1] + 3)], 9, INK)


def _arm(art: Canvas, neck: Point, turn: float, kit: Kit, shade: float) -> None:
    shoulder = (neck[0] - 4, neck[1] + 9)
    swing = 0.8 * np.sin(turn) - 0.15
    elbow = _from(shoulder, swing, 26)
    hand = _from(elbow, swing + 1.25, 24)
    art.stroke([shoulder, elbow, hand], 8.5, _shaded(kit.skin, shade))
    art.stroke([shoulder, _between(shoulder, elbow, 0.75)], 12.5, _shaded(kit.sleeves, shade))


def _from(start: Point, angle: float, length: float) -> Point:
    """The point `length` away, `angle` radians forward of straight down."""
    return start[0] + length * float(np.sin(angle)), start[1] + length * float(np.cos(angle))


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _shaded(fill: Colour, light: float) -> Colour:
    blue, green, red = (round(channel * light) for channel in fill)
    return blue, green, red


def shadow() -> Image:
    """A soft dark spot to lie under things; premultiplied BGRA."""
    image = np.zeros((64, 128, 4), np.uint8)
    cv2.ellipse(image, (64, 32), (46, 20), 0, 0, 360, (0, 0, 0, 120), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 6), np.uint8)


def ball() -> Image:
    """A white football with dark patches."""
    art = Canvas(40, 40, pixels=60)
    art.disc(20, 20, 19, WHITE)
    art.ellipse(24, 26, 14, 12, colour(0xD9DDE2))
    art.ellipse(19, 18, 15, 14, WHITE)
    for x, y in ((20, 20), (8, 12), (31, 11), (12, 33), (33, 30)):
        art.disc(x, y, 4.2, INK)
    return art.finish()


def pole() -> Image:
    """A lamp post, 0.3 x 6 m."""
    art = Canvas(6, 120, pixels=24)
    art.box(0, 0, 6, 120, colour(0x6F7782))
    art.box(1, 0, 1.8, 120, colour(0xB4BBC4))
    for top in range(90, 120, 10):
        art.box(0, top, 6, 5, colour(0xF2B705))
    return art.finish()


def tree(seed: int) -> Image:
    """A round-headed tree."""
    random = np.random.default_rng(seed)
    art = Canvas(100, 130, pixels=200)
    art.stroke([(50, 128), (50, 80)], 9, colour(0x5A4632))
    for layer, paint in enumerate((0x24502B, 0x2F6635, 0x3F7F42)):
        for _ in range(26):
            angle, reach = random.uniform(0, 2 * np.pi), random.uniform(0, 30 - 6 * layer)
            x, y = 50 - 4 * layer + reach * np.cos(angle), 48 - 6 * layer + 1.15 * reach * np.sin(angle)
            art.disc(float(x), float(y), float(random.uniform(7, 13)), colour(paint))
    return art.finish()


CAR = (2.4, 1.5)  # metres covered by the car's picture
WING = (
    0.5,
    0.175,
    0.33,
)  # where a logo goes on the rear wing: middle x and y, height, as shares of the picture


def car(body: Colour, trim: Colour) -> Image:
    """A racing car seen from behind, with a bare board as rear wing; premultiplied BGRA."""
    art = Canvas(CAR[0] * 100, CAR[1] * 100, pixels=720)
    for x in (18, 180):
        art.box(x, 96, 42, 52, colour(0x15161A), radius=9)
        art.box(x + 5, 104, 32, 36, colour(0x24262C), radius=6)
    art.polygon([(62, 66), (178, 66), (192, 92), (48, 92)], _shaded(body, 0.72))
    art.polygon([(76, 70), (164, 70), (174, 90), (66, 90)], colour(0x11161F))
    art.polygon([(84, 72), (104, 72), (94, 89), (76, 89)], colour(0x3C4A5E))
    art.box(22, 88, 196, 42, body, radius=14)
    art.box(30, 92, 180, 7, _shaded(body, 1.0), radius=3)
    art.polygon([(40, 122), (200, 122), (190, 143), (50, 143)], colour(0x1A1C21))
    for x in range(60, 190, 20):
        art.box(x, 124, 3, 18, colour(0x3A3E47))
    for x in (30, 174):
        art.box(x, 101, 36, 9, colour(0xFF2D2D), radius=4)
        art.box(x + 6, 103, 24, 3, colour(0xFF9A8A), radius=1.5)
    art.box(92, 102, 56, 15, trim, radius=3)
    art.text("27", 120, 114.5, 15, INK)
    for x in (74, 160):
        art.box(x, 46, 6, 48, colour(0x1A1C21))
    art.box(16, 0, 208, 53, colour(0xF2F4F7), radius=4)
    for x in (10, 222):
        art.box(x, 0, 8, 66, trim, radius=3)
    return art.finish()
