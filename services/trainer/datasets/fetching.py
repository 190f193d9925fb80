"""Copies the pictures that a manifest names in S3 to beside it, where the readers look for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.trainer.formats.files import find_picture
from services.trainer.workshop import Workshop
from shared.datasets import manifest
from shared.datasets.manifest import BadLine
from shared.runtime.command import Failure
from shared.storage.objects import Address

_DOWNLOADS = 8  # side by side


@dataclass(frozen=True, slots=True)
class Missing:
    """A picture that is not beside its manifest, and where it is to go."""

    source: Address
    target: Path


def missing(path: Path, lines: Sequence[str]) -> list[Missing]:
    """The pictures not beside a manifest of these lines; raises `Failure` for one that leads away."""
    found = {}
    for line in lines:
        try:
            place = manifest.reference(line)[1] if line.strip() else None
        except BadLine:  # `dataset check` tells it with its number
            continue
        if place is None:
            continue
        bucket, _, key = place.removeprefix("s3://").partition("/")
        target = path.parent / key
        if not target.resolve().is_relative_to(path.parent.resolve()):
            raise Failure(f"{path}: {place} would be copied out of the manifest's folder")
        if find_picture(path.parent, path.parent, key) is None:
            found[target] = Missing(Address(bucket, key), target)
    return list(found.values())


async def fetch(workshop: Workshop, pictures: Sequence[Missing], advanced: Callable[[], None]) -> None:
    """Copy the pictures; each is there whole or not at all. Raises `ObjectError`."""
    free = asyncio.Semaphore(_DOWNLOADS)

    async def one(picture: Missing) -> None:
        async with free:
            body = await workshop.objects.get(picture.source)
        await asyncio.to_thread(_write, picture.target, body)
        advanced()

    async with asyncio.TaskGroup() as downloads:
        for picture in pictures:
            downloads.create_task(one(picture))


def _write(target: Path, body: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.draft")
    draft.write_bytes(body)
    draft.replace(target)
