"""Every limit that Custom Labels sets to a dataset, checked before anything is uploaded.

Limits: Custom Labels guide, "Guidelines and quotas" and "Validation rules".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.trainer.formats.pictures import Picture, Reading, Violation, Where
from shared.datasets.manifest import MOST_BOXES, MOST_LABELS, MOST_PICTURES, Box
from shared.datasets.picturesize import MOST_BYTES_STORED, NoPicture, bounds_broken, size_of

MOST_NAME = 255  # characters of a label
ADVISED_PICTURES = 10  # of a label, by the guide
_HEADER_BYTES = 256 * 1024  # hold the size of a picture, unless a thumbnail of that length comes first


@dataclass(frozen=True, slots=True)
class Facts:
    """What the limits ask of a picture file: bytes, and width and height in pixels."""

    bytes: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Sound:
    """A picture that AWS takes, with the facts about its file."""

    picture: Picture
    facts: Facts


@dataclass(frozen=True, slots=True)
class Verdict:
    """The pictures that can be used, what AWS would refuse, and what it would take but the guide warns of."""

    sound: tuple[Sound, ...]
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]


Measure = Callable[[Path], Facts]
"""Reads the facts of a picture file; raises OSError or `NoPicture`."""


def measure(path: Path) -> Facts:
    """The facts of a file; raises OSError or `NoPicture`."""
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    try:
        width, height = size_of(head)
    except NoPicture:
        width, height = size_of(path.read_bytes())
    return Facts(path.stat().st_size, width, height)


def check(reading: Reading, source: Path, measured: Measure = measure) -> Verdict:
    """Check all that was read from a source."""
    sound: list[Sound] = []
    violations = list(reading.violations)
    for picture in reading.pictures:
        found, facts = _check_picture(picture, measured)
        violations += found
        sound += [Sound(picture, facts)] if facts is not None and not found else []
    pictures = [one.picture for one in sound]
    violations += [Violation(Where(source), reason) for reason in whole_set(pictures)]
    violations += _twice(pictures)
    return Verdict(tuple(sound), tuple(violations), tuple(_warnings(pictures)))


def _check_picture(picture: Picture, measured: Measure) -> tuple[list[Violation], Facts | None]:
    try:
        facts = measured(picture.path)
    except OSError as error:
        return [Violation(picture.where, f"{picture.path.name} cannot be read: {error.strerror}")], None
    except NoPicture as error:
        return [Violation(Where(picture.path), str(error))], None
    broken = [(picture.where, reason) for reason in (*file_limits(facts), *label_limits(picture))]
    broken += [(picture.place(number), reason) for number, reason in box_limits(picture, facts)]
    return [Violation(where, f"{picture.path.name}: {reason}") for where, reason in broken], facts


def file_limits(facts: Facts) -> Iterator[str]:
    """What is wrong with a picture file, in sentences."""
    if facts.bytes > MOST_BYTES_STORED:
        yield f"The image has {facts.bytes} bytes; at most {MOST_BYTES_STORED} are allowed."
    yield from bounds_broken(facts.width, facts.height)


def label_limits(picture: Picture) -> Iterator[str]:
    """What is wrong with the labels of a picture, in sentences."""
    if len(picture.boxes) > MOST_BOXES:
        yield f"It has {len(picture.boxes)} boxes; at most {MOST_BOXES} are allowed."
    if len(picture.labels) > MOST_BOXES:
        yield f"It has {len(picture.labels)} labels; at most {MOST_BOXES} are allowed."
    for label in sorted(picture.labels):
        if not label.strip() or len(label) > MOST_NAME:
            yield f"{label[:40]!r} is no label name: 1 to {MOST_NAME} characters are allowed."


def box_limits(picture: Picture, facts: Facts) -> Iterator[tuple[int, str]]:
    """Which boxes of a picture are wrong, by their numbers, and why in sentences."""
    for number, box in enumerate(picture.boxes):
        if not _inside(box, facts):
            where = f"{box.left:g}, {box.top:g}, {box.width:g} x {box.height:g}"
            size = f"{facts.width} x {facts.height}"
            yield number, f"A box of {box.label!r} ({where}) is empty or reaches out of the picture ({size})."


def _inside(box: Box, facts: Facts) -> bool:
    # By whole pixels, as they are written; so that NaN fails too.
    sound = box.width > 0 and box.height > 0 and box.left > -0.5 and box.top > -0.5
    return sound and box.left + box.width < facts.width + 0.5 and box.top + box.height < facts.height + 0.5


def whole_set(pictures: Sequence[Picture]) -> Iterator[str]:
    """What is wrong with the dataset as a whole, in sentences."""
    labels = {label for picture in pictures for label in picture.labels}
    wholes = any(picture.whole is not None for picture in pictures)
    boxes = any(picture.boxes for picture in pictures)
    if len(pictures) > MOST_PICTURES:
        yield f"The dataset has {len(pictures)} images; at most {MOST_PICTURES} are allowed."
    if len(labels) > MOST_LABELS:
        yield f"The dataset has {len(labels)} labels; at most {MOST_LABELS} are allowed."
    if not labels:
        yield "No image is labelled: label at least one."
    elif not boxes and len(labels) < 2:
        yield "Images with a label for the whole need at least two labels between them."
    if wholes and boxes:
        yield "Some images have boxes and others a label for the whole: use one kind only."


def _twice(pictures: Iterable[Picture]) -> list[Violation]:
    counts = Counter(picture.path for picture in pictures)
    twice = {path for path, count in counts.items() if count > 1}
    seen: set[Path] = set()
    found = []
    for picture in pictures:
        if picture.path in seen:
            found.append(Violation(picture.where, f"{picture.path.name} was named before."))
        seen |= {picture.path} & twice
    return found


def _warnings(pictures: Iterable[Picture]) -> Iterator[str]:
    counts = Counter(label for picture in pictures for label in picture.labels)
    few = sorted(label for label, count in counts.items() if count < ADVISED_PICTURES)
    if few:
        yield f"Labels with fewer than {ADVISED_PICTURES} images, the guide's advice: {', '.join(few)}."


def apart(training: Verdict, test: Verdict, source: Path) -> list[Violation]:
    """What is wrong between a training and a test set: overlap, and labels that cannot be learnt."""
    known = {label for one in training.sound for label in one.picture.labels}
    asked = {label for one in test.sound for label in one.picture.labels}
    both = {one.picture.path for one in training.sound} & {one.picture.path for one in test.sound}
    found = [
        Violation(one.picture.where, f"{one.picture.path.name} is in the training set, too.")
        for one in test.sound
        if one.picture.path in both
    ]
    if asked and 2 * len(asked & known) < len(asked):
        found.append(Violation(Where(source), "Fewer than half of the test labels are in the training set."))
    return found
