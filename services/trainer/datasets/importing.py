"""Brings checked pictures into the account: into the bucket, and into the project's datasets as entries.

Each step finds what is there: a picture's key is the digest of its bytes, an entry goes by its picture.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.trainer.datasets import datasets
from services.trainer.datasets.checking import Sound
from services.trainer.datasets.lines import line
from services.trainer.project import find_or_make, need
from services.trainer.workshop import Workshop
from shared.models.projects import TEST, TRAIN, Kind
from shared.storage.objects import Address, ObjectMissing

_UPLOADS = 8  # side by side

Advanced = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed and what there is now."""

    uploaded: int
    changed: int
    training: int
    test: int


async def bring_in(
    workshop: Workshop, training: Sequence[Sound], test: Sequence[Sound] | None, advanced: Advanced
) -> Imported:
    """Import a training set, and a test set if there is one; else a fifth is kept for testing, once.

    Pictures that are in the project's test set already stay there. `advanced` is told of each picture.
    """
    project, _ = await find_or_make(workshop)
    both = [*training, *(test or ())]
    labels = sorted({label for one in both for label in one.picture.labels})
    places, uploaded = await _upload(workshop, both, advanced)
    lines = {
        str(place): _line(one, place, labels) for one, place in zip(both, places, strict=True)
    }  # the same bytes twice are one picture
    for_test = {str(place) for place in places[len(training) :]}
    arns: dict[Kind, str] = {TRAIN: await datasets.find_or_make(workshop, project, TRAIN)}
    if test is not None or TEST in project.datasets:
        arns[TEST] = await datasets.find_or_make(workshop, project, TEST)
        for_test |= set(await datasets.entries(workshop, arns[TEST]))
    changed = 0
    for kind, arn in arns.items():
        own = [text for place, text in lines.items() if (place in for_test) == (kind == TEST)]
        changed += await datasets.put(workshop, arn, own)
    if test is None:
        await datasets.share_out(workshop, project)
    return await _counted(workshop, uploaded, changed)


async def _counted(workshop: Workshop, uploaded: int, changed: int) -> Imported:
    project = await need(workshop)
    training = await datasets.complete(workshop, project.datasets[TRAIN])
    test = await datasets.complete(workshop, project.datasets[TEST])
    return Imported(uploaded, changed, training, test)


def _line(one: Sound, place: Address, labels: Sequence[str]) -> str:
    picture, facts = one.picture, one.facts
    return line(str(place), picture.boxes, picture.whole, facts.width, facts.height, labels)


async def _upload(
    workshop: Workshop, pictures: Sequence[Sound], advanced: Advanced
) -> tuple[list[Address], int]:
    """Where each picture lies, and how many were not there before."""
    free = asyncio.Semaphore(_UPLOADS)

    async def one(sound: Sound) -> tuple[Address, bool]:
        async with free:
            placed = await _upload_one(workshop, sound)
            advanced()
            return placed

    async with asyncio.TaskGroup() as uploads:
        tasks = [uploads.create_task(one(sound)) for sound in pictures]
    placed = [task.result() for task in tasks]
    return [place for place, _ in placed], sum(new for _, new in placed)


async def _upload_one(workshop: Workshop, sound: Sound) -> tuple[Address, bool]:
    path = sound.picture.path
    body = await asyncio.to_thread(path.read_bytes)
    suffix = ".png" if path.suffix.lower() == ".png" else ".jpg"
    place = workshop.place(f"pictures/{hashlib.sha256(body).hexdigest()[:32]}{suffix}")
    try:
        await workshop.objects.stat(place)
    except ObjectMissing:
        await workshop.objects.put(place, body, "image/png" if suffix == ".png" else "image/jpeg")
        return place, True
    return place, False
