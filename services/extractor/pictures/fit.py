"""What a picture is scaled to, pure, so that Rekognition takes it."""

from __future__ import annotations

from shared.datasets.picturesize import LONGEST_SIDE, MOST_ASPECT, SHORTEST_SIDE


def fitted(width: int, height: int) -> tuple[int, int] | None:
    """The size to scale a picture to, its own where that is taken; None for a shape that never is.

    Boxes are ratios of the picture's sides, so that scaling changes nothing else.
    """
    short, long = sorted((width, height))
    if long > MOST_ASPECT * short:
        return None
    scale = min(1.0, LONGEST_SIDE / long) if short >= SHORTEST_SIDE else SHORTEST_SIDE / short
    return max(SHORTEST_SIDE, round(width * scale)), max(SHORTEST_SIDE, round(height * scale))
