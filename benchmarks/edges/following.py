"""Looks for edges in the films of clips, as the extractor does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil
from pathlib import Path

import cv2
import numpy as np

from benchmarks.edges.clips import Clip
from services.extractor.following.edges import LONGEST, Still, found_edge
from services.extractor.orientation import Image
from services.extractor.pictures.screen import within
from shared.messaging.messages import FoundEdge, OpenEdge

Follow = Callable[[Clip, OpenEdge, Fraction], FoundEdge | None]  # the last: seconds between two instants


def nowhere(clip: Clip, edge: OpenEdge, apart: Fraction) -> FoundEdge | None:
    """As where the film cannot be read, so that extra frames are all there is."""
    return None


def in_film(clip: Clip, edge: OpenEdge, apart: Fraction) -> FoundEdge | None:
    """What the film of the clip says of the edge."""
    assert clip.video, f"{clip.name} has no video to look at"
    pictures = _pictures(clip.video)[clip.skipped :]
    first, last = (clip.number(instant * apart) for instant in edge.between)
    numbers = range(first, last + 1)
    return found_edge([Still(ceil(n / clip.rate / apart), pictures[n]) for n in numbers], edge)


@lru_cache(maxsize=1)
def _pictures(video: Path) -> Sequence[Image]:
    film, pictures = cv2.VideoCapture(str(video)), []
    while (read := film.read())[0]:
        pictures.append(within(np.asarray(read[1], np.uint8), LONGEST))
    return pictures
