"""Judged boxes, and how many looks at the same logo become one find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.rekognition_local.recognition.geometry import overlap, suppress
from services.rekognition_local.recognition.samples import Boxes, Floats, Indices

_SAME_LABEL_OVERLAP, _ANY_LABEL_OVERLAP = 0.3, 0.55
_SAME_SIGHT = 0.5  # overlap from which two boxes of a label are about the same logo
_MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Candidates:
    """Judged boxes (N x 4, pixels): label number (N) and log-odds that it is seen there (N)."""

    boxes: Boxes
    owners: Indices
    odds: Floats

    def only(self, chosen: Indices) -> Candidates:
        """The candidates of these numbers, in this order."""
        return Candidates(self.boxes[chosen], self.owners[chosen], self.odds[chosen])


def joined(looks: Sequence[Candidates]) -> Candidates:
    """All looks in one."""
    return Candidates(
        np.concatenate([look.boxes for look in looks]),
        np.concatenate([look.owners for look in looks]),
        np.concatenate([look.odds for look in looks]),
    )


def distinct(found: Candidates) -> Candidates:
    """One box per logo: within a label little overlap is allowed, across labels some."""
    kept = [np.empty(0, np.intp)]
    for owner in np.unique(found.owners):
        own = np.flatnonzero(found.owners == owner)
        kept.append(own[suppress(found.boxes[own], found.odds[own], _SAME_LABEL_OVERLAP, _MOST_FOUND)])
    chosen = np.concatenate(kept)
    chosen = chosen[suppress(found.boxes[chosen], found.odds[chosen], _ANY_LABEL_OVERLAP, _MOST_FOUND)]
    return _agreed(found, chosen)


def _agreed(found: Candidates, chosen: Indices) -> Candidates:
    """The chosen, each put where all looks at its logo see it, and as likely as these are together.

    Looks vote by their odds: Gidaris and Komodakis, "Object detection via a multi-region and semantic
    segmentation-aware CNN model" (ICCV 2015). A sign of somebody else's may deceive one look; a logo is seen
    from all around it.
    """
    same_label = found.owners[chosen][:, None] == found.owners[None]
    same = (overlap(found.boxes[chosen], found.boxes) >= _SAME_SIGHT) & same_label
    votes = same * np.exp(found.odds)[None]
    cast = votes.sum(axis=1)
    boxes = votes @ found.boxes / cast[:, None]
    return Candidates(boxes.astype(np.float32), found.owners[chosen], np.log(cast).astype(np.float32))
