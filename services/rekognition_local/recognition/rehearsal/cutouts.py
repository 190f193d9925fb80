"""Lift logos out of training pictures, with a transparency mask where one can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from services.rekognition_local.recognition.samples import Floats, Image, LabelledBox, LabelledImage

_CONTEXT = 0.3  # of the box, kept around a logo lifted from a scene
_UNIFORM = 9.0  # standard deviation (grey levels) up to which a border counts as one plain colour
_LEAST_SIDE = 6  # pixels; smaller boxes show nothing
_LEAST_INK = 0.2  # mask value from which a pixel counts as the logo's
_SOLID = 0.8  # mask value from which a pixel has the logo's own colour
_LARGEST = 220  # pixels of the longer side of a box; logos are seen no larger than this by the classifier


Rectangle = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, slots=True)
class Cutout:
    """A logo and its surroundings: colours times mask (H x W x 3), mask (H x W, 0 to 1) and box.

    `outline` (K x 2) is a polygon around the logo, known when `certain`, else guessed from the box (and such
    a cutout may only be turned a little). `plain` is the colour of the board it was found on, if it had one.
    """

    label: str
    colours: Floats
    mask: Floats
    box: Rectangle
    outline: Floats
    certain: bool
    plain: Floats | None

    def ink(self, rng: np.random.Generator) -> Floats | None:
        """The colour (3) of any of the logo's pixels; None when hardly anything of it is solid."""
        rows, columns = np.nonzero(self.mask > _SOLID)
        if not rows.size:
            return None
        at = int(rng.integers(rows.size))
        return np.asarray(self.colours[rows[at], columns[at]] / self.mask[rows[at], columns[at]])


def lift(sample: LabelledImage) -> list[Cutout]:
    """The cutouts of each box that is large enough to show anything."""
    boxes = [box for box in sample.boxes if min(box.width, box.height) >= _LEAST_SIDE]
    if is_logo_only(sample):
        return [_in_the_open(cutout) for box in boxes for cutout in _lifted(sample.image, box, True)]
    return [cutout for box in boxes for cutout in _lifted(sample.image, box, False)]


def is_logo_only(sample: LabelledImage) -> bool:
    """Whether the picture is a logo and nothing else: it has transparency, or one box covers nearly all."""
    if sample.image.ndim == 3 and sample.image.shape[2] == 4:
        return True
    area = sample.image.shape[0] * sample.image.shape[1]
    return len(sample.boxes) == 1 and sample.boxes[0].width * sample.boxes[0].height >= 0.9 * area


def _in_the_open(cutout: Cutout) -> Cutout:
    """The same with nothing around it, where the board behind it or who stands before it will be seen."""
    left, top, width, height = cutout.box
    across, down = round(_CONTEXT * width), round(_CONTEXT * height)
    room = ((down, down), (across, across))
    return replace(
        cutout,
        colours=np.pad(cutout.colours, (*room, (0, 0))),
        mask=np.pad(cutout.mask, room),
        box=(left + across, top + down, width, height),
        outline=cutout.outline + np.array([across, down], np.float32),
    )


def _lifted(image: Image, box: LabelledBox, alone: bool) -> list[Cutout]:
    crop, place = _cropped(image, box)
    colours = crop[..., :3]
    if crop.shape[2] == 4 and crop[..., 3].min() < 0.98:
        mask = crop[..., 3]
        outline = _hull(mask)
        return [Cutout(box.label, colours, mask, _around(outline), outline, True, None)]
    keyed, plain = _keyed(colours, place)
    if alone:
        # The picture as it stands is the logo; on another board its plain ground may be missing.
        solid = Cutout(box.label, colours, np.ones_like(keyed), place, _corners(place), True, None)
        return [solid] if plain is None else [solid, _masked(solid, keyed, _corners(place), plain)]
    rectangle = Cutout(box.label, colours, _soft_rectangle(keyed.shape), place, _oval(place), False, None)
    if plain is None:
        return [_masked(rectangle, rectangle.mask, rectangle.outline, None)]
    return [_masked(rectangle, keyed, _fitted(_hull(keyed), place), plain)]


def _masked(whole: Cutout, mask: Floats, outline: Floats, plain: Floats | None) -> Cutout:
    certain = whole.certain or plain is not None
    return Cutout(whole.label, whole.colours * mask[..., None], mask, whole.box, outline, certain, plain)


def _keyed(colours: Floats, place: Rectangle) -> tuple[Floats, Floats | None]:
    """A mask of what differs from the plain colour along the box's rim, and that colour (None: not plain)."""
    left, top, width, height = place
    inside = (slice(int(top), int(top + height) + 1), slice(int(left), int(left + width) + 1))
    plain = _border_colour(colours[inside])
    mask = np.zeros(colours.shape[:2], np.float32)
    if plain is not None:
        mask[inside] = _difference(colours[inside], plain)
    return mask, plain


def _cropped(image: Image, box: LabelledBox) -> tuple[Floats, Rectangle]:
    """The box with its context, shrunk to a workable size, and where the box is in it.

    Colours come out multiplied by the mask (if any), else shrinking would mix in the colour of nothing.
    """
    across, down = _CONTEXT * box.width, _CONTEXT * box.height
    left, top = max(int(box.left - across), 0), max(int(box.top - down), 0)
    right, bottom = int(box.left + box.width + across) + 1, int(box.top + box.height + down) + 1
    crop: Floats = image[top:bottom, left:right].astype(np.float32)
    if crop.shape[2] == 4:
        crop[..., 3] /= 255
        crop[..., :3] *= crop[..., 3:]
    shrink = min(1.0, _LARGEST / max(box.width, box.height))
    if shrink < 1:
        crop = cv2.resize(crop, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    place = ((box.left - left) * shrink, (box.top - top) * shrink, box.width * shrink, box.height * shrink)
    return crop, place


def _border_colour(inside: Floats) -> Floats | None:
    """The colour along the rim of a box, when it is (nearly) the same all round."""
    depth = max(1, round(0.03 * min(inside.shape[:2])))
    sides = (inside[:depth], inside[-depth:], inside[:, :depth], inside[:, -depth:])
    rim = np.vstack([side.reshape(-1, 3) for side in sides])
    colour: Floats = np.median(rim, axis=0).astype(np.float32)
    strange = np.abs(rim - colour).max(axis=1) > 3 * _UNIFORM
    # A logo that fills its box touches the rim here and there.
    if strange.mean() > 0.25 or np.std(rim[~strange], axis=0).max() > _UNIFORM:
        return None
    return colour


def _difference(colours: Floats, plain: Floats) -> Floats:
    """How much each pixel is the logo's: its colour distance from the plain colour behind."""
    distance = np.linalg.norm(colours - plain, axis=2)
    most = max(float(np.percentile(distance, 97)), 24.0)
    return np.asarray(np.clip((distance / most - 0.1) / 0.5, 0, 1), dtype=np.float32)


def _hull(mask: Floats) -> Floats:
    """The convex hull (K x 2) of what is not transparent; the whole rectangle when nothing is left."""
    points = cv2.findNonZero((mask > _LEAST_INK).astype(np.uint8))
    if points is None or len(points) < 3:
        return _corners((0, 0, mask.shape[1], mask.shape[0]))
    corner = points.reshape(-1, 2).min(axis=0)
    hull = cv2.convexHull(points).reshape(-1, 2).astype(np.float32)
    # Pixels are squares, not points: the far sides lie one further.
    return np.asarray(hull + (hull > corner + np.ptp(hull, axis=0) / 2), dtype=np.float32)


def _around(outline: Floats) -> Rectangle:
    low, size = outline.min(axis=0), np.ptp(outline, axis=0)
    return float(low[0]), float(low[1]), float(size[0]), float(size[1])


def _fitted(outline: Floats, place: Rectangle) -> Floats:
    """The outline stretched to fill the box that people drew."""
    left, top, width, height = place
    share = (outline - outline.min(axis=0)) / np.maximum(np.ptp(outline, axis=0), 1)
    return np.asarray(share * (width, height) + (left, top), dtype=np.float32)


def _corners(place: Rectangle) -> Floats:
    left, top, width, height = place
    right, bottom = left + width, top + height
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _oval(place: Rectangle) -> Floats:
    """A superellipse: between the box and the oval in it, as most logos are."""
    angle = np.linspace(0, 2 * np.pi, 48)
    rim = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return _fitted((np.sign(rim) * np.sqrt(np.abs(rim)) * 100).astype(np.float32), place)


def _soft_rectangle(shape: tuple[int, ...]) -> Floats:
    """A mask that is whole inside and fades out at the edges of the crop."""
    fade = max(2, min(shape[:2]) // 12)
    down, across = (np.minimum(np.arange(side), np.arange(side)[::-1]) / fade for side in shape[:2])
    return np.minimum(np.minimum.outer(down, across), 1).astype(np.float32)
