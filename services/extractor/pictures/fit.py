"""The sizes Rekognition takes, pure: https://docs.aws.amazon.com/rekognition/latest/customlabels-dg/limits.html."""

from __future__ import annotations

SHORTEST_SIDE, LONGEST_SIDE = 64, 4096  # pixels
LONGEST_SHAPE = 20  # times as long as it is wide
MOST_BYTES = 15 << 20  # of a file in S3


def fitted(width: int, height: int) -> tuple[int, int] | None:
    """The size to scale a picture to, its own where that is taken; None for a shape that never is.

    Boxes are ratios of the picture's sides, so that scaling changes nothing else.
    """
    short, long = sorted((width, height))
    if long > LONGEST_SHAPE * short:
        return None
    scale = min(1.0, LONGEST_SIDE / long) if short >= SHORTEST_SIDE else SHORTEST_SIDE / short
    return max(SHORTEST_SIDE, round(width * scale)), max(SHORTEST_SIDE, round(height * scale))
