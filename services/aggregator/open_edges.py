"""Says of an edge that is to be looked for in the video which logos to follow, and what hides them; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from services.aggregator.analysis.brackets import brackets
from services.aggregator.analysis.exposure import Scene
from services.aggregator.analysis.sightings import Box, Sample
from services.aggregator.analysis.tracks import Track
from shared.messaging.messages import BoundingBox, LogoInSight, OpenEdge

MOST_HIDDEN = 0.7  # of a logo's box, by another brand's: what is left is too little to be followed
RIM = 0.005  # of the frame: a logo whose box ends so near its edge may go on beyond it
LEAST_SHARE = 0.5  # of a logo: with less to be seen it is hardly on screen

Ends = Mapping[tuple[str, int], Sequence[Track]]  # by brand and the sample at which tracks begin or end


def open_edges(detector: str, samples: Sequence[Sample], scene: Scene, apart: Fraction) -> Iterator[OpenEdge]:
    """Those of a scene's edges that have a logo to be followed; instants are so many seconds apart."""
    ends = _ends(scene.tracks)
    for bracket in brackets(samples, scene):
        here = samples[bracket.shown]
        followed = _followed(bracket.brand, here)
        if followed:
            covers = _covers(bracket.brand, here, followed)
            tracks = ends.get((bracket.brand, bracket.shown), ())
            yield OpenEdge(
                detector=detector,
                label=bracket.brand,
                shown=int(here.at / apart),
                gone=int(samples[bracket.gone].at / apart),
                logos=tuple(_logo(box, bracket.shown, tracks, covers) for box in followed),
                covers=tuple(BoundingBox(**_bounds(box)) for box in covers),
            )


def _ends(tracks: Sequence[Track]) -> Ends:
    ends: defaultdict[tuple[str, int], list[Track]] = defaultdict(list)
    for track in tracks:
        for index in {track.points[0].index, track.points[-1].index}:
            ends[track.brand, index].append(track)
    return ends


def _followed(brand: str, sample: Sample) -> list[Box]:
    return [
        each.box
        for each in sample.sightings
        if each.brand == brand
        and not any(_covered(each.box, other) > MOST_HIDDEN for other in _others(brand, sample))
    ]


def _covers(brand: str, sample: Sample, boxes: Sequence[Box]) -> list[Box]:
    return [other for other in _others(brand, sample) if any(_covered(box, other) for box in boxes)]


def _others(brand: str, sample: Sample) -> list[Box]:
    return [each.box for each in sample.sightings if each.brand != brand]


def _logo(box: Box, index: int, tracks: Sequence[Track], covers: Sequence[Box]) -> LogoInSight:
    hidden = max((_covered(box, cover) for cover in covers), default=0.0)
    share = max(LEAST_SHARE, _within_frame(box, index, tracks) * (1 - hidden))
    return LogoInSight(**_bounds(box), share=share)


def _within_frame(box: Box, index: int, tracks: Sequence[Track]) -> float:
    """How much of a logo lies within the frame, by the sample nearest to this one that shows it whole.

    Where none does, the one that shows most of it has to do.
    """
    track = next((each for each in tracks if _shows(each, index, box)), None)
    if track is None or not _at_the_rim(box):
        return 1.0
    whole = [(abs(point.index - index), point.box) for point in track.points if not _at_the_rim(point.box)]
    area = min(whole)[1].area if whole else max(point.box.area for point in track.points)
    return min(1.0, box.area / area) if area else 1.0


def _shows(track: Track, index: int, box: Box) -> bool:
    """Whether a track begins or ends with this box."""
    return any((point.index, point.box) == (index, box) for point in (track.points[0], track.points[-1]))


def _at_the_rim(box: Box) -> bool:
    return min(box.left, box.top) < RIM or max(box.right, box.bottom) > 1 - RIM


def _covered(box: Box, other: Box) -> float:
    """The share of a box that another one covers."""
    return box.common(other) / box.area if box.area else 0.0


def _bounds(box: Box) -> dict[str, float]:
    return {"left": box.left, "top": box.top, "width": box.width, "height": box.height}
