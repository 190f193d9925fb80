"""The second sample: a race track seen from a camera car, with gantries, billboards and an overtaking car."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from services.samples import boards, circuit, figures
from services.samples.boards import advert, neutral, picture
from services.samples.circuit import SIGHT, Screen
from services.samples.pen import Colour, colour
from services.samples.scene import Scene
from services.samples.space import Camera, Panel, Picture, Shot, ground, shoot, upright

FOCAL = 1300.0  # pixels


@dataclass(frozen=True, slots=True)
class Lap:
    """One uncut stretch: from when (seconds), from where (metres), how fast (m/s) and how high (metres)."""

    start: float
    z: float
    speed: float
    height: float

    def place(self, time: float) -> float:
        """Where the camera car is."""
        return self.z + self.speed * (time - self.start)


LAPS = (Lap(0.0, 0.0, 22.0, 2.1), Lap(9.1, 500.0, 22.0, 3.2), Lap(16.36, 1000.0, 18.0, 2.4))
TRIBUNES = ((40.0, 110.0), (640.0, 90.0), (1150.0, 70.0))  # metres: start and length
CAR_IN, CAR_OUT = 2.2, 8.2  # seconds: it overtakes, and falls back again
CAR_AHEAD = 8.0  # metres in front of the camera, once past


def scene() -> Scene:
    """Twenty seconds on the track, at the frame rate of American television."""
    screens = _screens()
    still = [
        *circuit.trees(1300, seed=5, clearings=[(near - 5, near + length + 5) for near, length in TRIBUNES]),
        *circuit.lamps(40, 8, 26),
        *circuit.lamps(560, 9, 26),
        *circuit.lamps(1050, 5, 26),
    ]
    # Ordered by their far ends: whatever stands beside a tribune is nearer to the track, and drawn after it.
    stands = [(near + length, circuit.grandstand(near, length)) for near, length in TRIBUNES]
    car, shade = _car(), picture(figures.shadow())

    def shot(time: float) -> Shot:
        camera = _camera(time)
        standing = [(panel.z, [panel]) for panel in still]
        standing += [(screen.z, screen.panels(time)) for screen in screens]
        standing += [*stands, (camera.eye[2] + CAR_AHEAD, _overtaking(camera, time, car, shade))]
        in_sight = [item for item in standing if 0 < item[0] - camera.eye[2] < SIGHT]
        cast = sorted(in_sight, key=lambda item: -item[0])
        backdrop = [circuit.sky(camera), *circuit.road(camera), *circuit.rails(camera)]
        return shoot(camera, (*backdrop, *(panel for _, group in cast for panel in group)))

    return Scene("race", Fraction(30000, 1001), 20, shot)


def _camera(time: float) -> Camera:
    lap = max((lap for lap in LAPS if lap.start <= time), key=lambda lap: lap.start)
    shake = 0.012 * float(np.sin(31 * time) + np.sin(47 * time + 1))
    eye = (0.5 * float(np.sin(0.9 * time)), lap.height + shake, lap.place(time))
    return Camera(eye, 1.2 * float(np.sin(0.5 * time)), -0.6 + shake, 0.7 * float(np.sin(0.8 * time)), FOCAL)


def _screens() -> list[Screen]:
    """The boards along the track, and what they show when."""
    night, red, ice = colour(0x0F1A2A), colour(0xB3122B), colour(0xF4F8FB)
    portal, board = (16.0, 4.8), (11.0, 5.8)
    quiet, flag = (
        neutral(portal, night, colour(0x23507F)),
        neutral(portal, red, colour(0xD4364C), "GRAND PRIX"),
    )
    idle = neutral(board, night, colour(0x23507F))

    def logo(label: str, size: tuple[float, float], base: Colour, accent: int) -> Picture:
        return advert(label, size, base, colour(accent), fill=0.86)

    bastigo = logo("bastigo", portal, colour(0xBFD7EE), 0x14213D)
    kwillo = logo("kwillo", portal, colour(0xFDF3FA), 0xD98BC2)
    altivor = logo("altivor", board, ice, 0x7CC4C9)
    frondia = logo("frondia", board, ice, 0x9BD3A4)
    orbelo = logo("orbelo", board, ice, 0xFF8A6B)
    return [
        Screen(0, 6.2, 100 + LAPS[0].place(4.2), *portal, ((0, quiet), (4.2, bastigo)), gantry=True),
        Screen(0, 6.2, LAPS[0].place(0) + 48, *portal, ((0, flag),), gantry=True),
        Screen(-17, 2.6, 109 + LAPS[1].place(9.1), *board, ((0, altivor),)),
        Screen(17, 2.6, 112 + LAPS[1].place(11.65), *board, ((0, idle), (11.45, frondia))),
        Screen(0, 6.4, 92 + LAPS[2].place(16.36), *portal, ((0, kwillo),), gantry=True),
        Screen(-21, 2.6, 118 + LAPS[2].place(16.36), *board, ((0, orbelo),)),
    ]


def _car() -> Picture:
    image = figures.car(body=colour(0x1F6FD6), trim=colour(0xFFC53D))
    return picture(image, (boards.placed(image, "voltrik", *figures.WING),), halvings=2)


def _overtaking(camera: Camera, time: float, car: Picture, shade: Picture) -> list[Panel]:
    """The car and its shadow while it is ahead: it comes from the right and goes there again."""
    if not CAR_IN <= time <= CAR_OUT + 1:
        return []
    come, gone = _eased((time - CAR_IN) / 1.1), _eased((time - CAR_OUT) / 0.7)
    ahead = CAR_AHEAD * (0.42 + 0.58 * come) * (1 - 0.6 * gone)
    x = camera.eye[0] + 1.0 + 2.4 * (1 - come) + 2.6 * gone + 0.45 * float(np.sin(1.1 * time))
    z = camera.eye[2] + ahead
    bounce = 0.02 * float(np.sin(19 * time))
    return [
        ground(x - 1.6, x + 1.6, z - 0.9, z + 1.6, shade, lift=0.01),
        upright(x, bounce, z, *figures.CAR, car, turn=camera.yaw),
    ]


def _eased(share: float) -> float:
    bounded = min(max(share, 0.0), 1.0)
    return bounded * bounded * (3 - 2 * bounded)
