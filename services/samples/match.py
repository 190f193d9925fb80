"""The first sample: a football ground with LED boards, a scoreboard, running players and a panning camera."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import cv2
import numpy as np

from services.samples import boards, figures, textures
from services.samples.boards import Programme, advert, neutral, picture, showing
from services.samples.pen import WHITE, Canvas, Image, colour, paste
from services.samples.scene import Key, Scene, headed, pan_blur
from services.samples.space import Camera, Matrix, Panel, Picture, Shot, ground, shoot, upright

EYE = (-12.0, 4.7, 0.0)  # metres: the camera's platform, left of the middle
BOARD = (6.0, 1.4)  # metres
BOARD_LINE = 36.0  # metres from the camera to the boards
TOUCHLINE = 33.6
TURF = (-45.0, 60.0, 8.0, 37.5)  # left, right, near, far

CAMERA = (
    Key(0.0, 4.6, -4.2, 3100),
    Key(1.5, 5.0, -4.3, 3000),
    Key(6.4, 6.6, -4.5, 2900),
    Key(7.2, 25.6, -4.5, 2900),
    Key(12.3, 27.0, -4.4, 3000),
    Key(13.4, 35.0, 1.3, 2350),
    Key(17.3, 36.0, 1.6, 2450),
    Key(18.5, -4.0, -4.0, 3500),
    Key(20.2, -2.6, -4.2, 3250),
    Key(24.0, -0.6, -4.5, 3000),
)


@dataclass(frozen=True, slots=True)
class Runner:
    """A player on a straight run: at `x` when the clock says `when`, metres a second to the right."""

    kit: int
    z: float
    x: float
    when: float
    speed: float

    def place(self, time: float) -> float:
        """Where along the line he is."""
        return self.x + self.speed * (time - self.when)


def _kit(number: str, shirt: int, sleeves: int, shorts: int, socks: int, skin: int, hair: int) -> figures.Kit:
    paints = [colour(code) for code in (shirt, sleeves, shorts, socks, skin, hair)]
    return figures.Kit(number, *paints)


KITS = (
    _kit("10", 0xC8102E, 0xFFFFFF, 0xFFFFFF, 0xC8102E, 0xE0AC7E, 0x3B2A1E),
    _kit("7", 0xC8102E, 0xFFFFFF, 0xFFFFFF, 0xC8102E, 0x8D5524, 0x17120E),
    _kit("4", 0x16325C, 0x7FB2E5, 0x16325C, 0xF4F4F4, 0xF1C9A5, 0x9A6A2F),
    _kit("21", 0x16325C, 0x7FB2E5, 0x16325C, 0xF4F4F4, 0xC68642, 0x201611),
)

RUNNERS = (
    Runner(0, 26.8, -15.0, 0.0, 3.6),
    Runner(2, 26.2, -16.6, 0.0, 3.7),
    Runner(3, 27.4, 6.0, 1.5, -3.4),
    Runner(1, 31.0, -1.0, 4.0, -2.6),
    Runner(1, 27.0, -3.6, 7.0, 3.1),
    Runner(3, 27.8, -5.4, 7.0, 3.3),
    Runner(0, 28.4, 17.8, 8.0, -3.6),
    Runner(2, 27.2, 20.8, 13.0, -3.0),
    Runner(0, 26.6, 2.85, 13.4, 3.6),
    Runner(1, 27.2, -19.0, 18.0, 3.4),
    Runner(2, 26.8, -20.6, 18.0, 3.5),
    Runner(3, 28.2, -4.8, 19.0, -2.6),
    Runner(0, 26.4, -19.6, 21.0, 3.2),
)
DRIBBLERS = (0, 4, 8, 9)  # who of the runners has the ball at his feet


def scene() -> Scene:
    """Twenty-four seconds at the ground."""
    backdrop = (_stand(), ground(*TURF, picture(_turf())), _wall(), _scoreboard())
    programmes = _programmes()
    shade, football = picture(figures.shadow()), picture(figures.ball(), halvings=2)

    def shot(time: float) -> Shot:
        yaw, pitch, focal = headed(CAMERA, time)
        camera = Camera(EYE, yaw, pitch, roll=0.4 * float(np.sin(0.6 * time)), focal=focal)
        row = tuple(
            upright(_board_x(index), 0, BOARD_LINE, *BOARD, showing(programme, time))
            for index, programme in enumerate(programmes)
        )
        cast = tuple(
            panel for runner in _far_to_near() for panel in _figure(runner, time, yaw, shade, football)
        )
        return shoot(camera, (*backdrop, *row, *cast), pan_blur(CAMERA, time))

    return Scene("match", Fraction(25), 24, shot)


def _board_x(index: int) -> float:
    return (index - 3.5) * BOARD[0]


def _programmes() -> list[Programme]:
    """What each of the ten LED boards shows, from left to right."""
    night, red = colour(0x101B2D), colour(0xB3122B)
    quiet = neutral(BOARD, night, colour(0x1D3B63))
    words = neutral(BOARD, red, colour(0xD4364C), "MATCHDAY")
    orbelo = advert("orbelo", BOARD, colour(0xF7F3EC), colour(0xFF8A6B))
    voltrik = advert("voltrik", BOARD, colour(0xFFE600), colour(0x2A2A2A))
    frondia = advert("frondia", BOARD, colour(0xF3FBEF), colour(0x9BD3A4))
    kwillo = advert("kwillo", BOARD, colour(0xFDF3FA), colour(0xE7A4D2))
    bastigo = advert("bastigo", BOARD, colour(0x9FC3E8), colour(0x14213D))
    return [
        ((0, words), (1.6, quiet)),
        ((0, quiet), (20.3, bastigo)),
        ((0, words), (1.6, orbelo), (6.2, quiet), (20.3, orbelo)),
        ((0, quiet), (1.6, orbelo), (6.2, words)),
        ((0, voltrik), (12.4, quiet)),
        ((0, frondia), (10.4, kwillo), (14.5, words)),
        ((0, quiet), (14.5, words)),
        ((0, words),),
        ((0, quiet),),
        ((0, words),),
    ]


def _far_to_near() -> list[Runner]:
    return sorted(RUNNERS, key=lambda runner: -runner.z)


@cache
def _step(kit: int, phase: int, flip: bool) -> Picture:
    return picture(figures.player(KITS[kit], phase, flip), halvings=1)


def _figure(runner: Runner, time: float, yaw: float, shade: Picture, football: Picture) -> list[Panel]:
    """A runner with his shadow and perhaps the ball, all turned to the camera."""
    x = runner.place(time)
    phase = int(abs(x) / 1.9 * figures.PHASES) % figures.PHASES
    body = _step(runner.kit, phase, runner.speed < 0)
    panels = [
        ground(x - 0.8, x + 0.8, runner.z - 0.45, runner.z + 0.45, shade, lift=0.01),
        upright(x, 0, runner.z, *figures.PLAYER, body, turn=yaw),
    ]
    if RUNNERS.index(runner) in DRIBBLERS:
        roll = 0.95 + 0.25 * float(np.sin(time * 5))
        panels.append(upright(x + roll, 0, runner.z - 0.1, 0.24, 0.24, football, turn=yaw))
    return panels


def _stand() -> Panel:
    """The tribune behind the boards, rising away from the pitch."""
    image = textures.crowd(4400, 1140, seat=19, seed=4, blur=1.5)
    plane: Matrix = np.array([(175, 0, 0), (0, -26.2, -39.4), (-70, 26.8, 76.8)], np.float64)
    return Panel(plane, picture(image, soft=True))


def _wall() -> Panel:
    """The dark side of the pitch behind the boards, so that the crowd does not sit on the grass."""
    image: Image = np.full((24, 512, 3), colour(0x23272F), np.uint8)
    image[:4] = colour(0x8E949E)
    return upright(10, 0, BOARD_LINE + 1, 130, 1.75, picture(image))


def _turf() -> Image:
    left, right, near, far = TURF
    image = textures.grass(round((right - left) * 40), round((far - near) * 20), stripe=200, seed=7)
    touch, halfway = round((far - TOUCHLINE) * 20), round(-left * 40)
    chalk = colour(0xEFF5EC)
    cv2.line(image, (0, touch), (image.shape[1], touch), chalk, 3)
    cv2.line(image, (halfway, touch), (halfway, image.shape[0]), chalk, 5)
    return image


def _scoreboard() -> Panel:
    """The big screen over the stand: the score above, a sponsor below."""
    screen = Canvas(180, 110, pixels=1080)
    screen.box(0, 0, 180, 110, colour(0x0B0F16), radius=3)
    screen.box(3, 3, 174, 50, colour(0x18212F), radius=2)
    screen.text("RED", 31, 35, 19, colour(0xFF6B6B))
    screen.text("BLUE", 147, 35, 19, colour(0x7FB2E5))
    screen.text("2 : 1", 88, 36, 27, WHITE)
    screen.text("67:41", 88, 49, 10, colour(0xFFC53D))
    image: Image = np.zeros((660, 1080, 3), np.uint8)
    paste(image, screen.finish(), 0, 0)
    image[324:640, 20:1060] = colour(0xEDEFF2)
    mark = boards.placed(image, "altivor", 0.5, 0.73, 0.42)
    return upright(26, 9.2, 50, 9, 5.5, picture(image, (mark,), halvings=2), turn=20)
