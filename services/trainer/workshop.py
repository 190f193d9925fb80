"""What the trainer works with: the Rekognition client, the pictures' bucket, the time between looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from services.trainer.settings import TrainerSettings
from shared.aws.clients import Clients, clients
from shared.aws.provision import TAG, ensure_bucket
from shared.aws.s3 import S3Objects
from shared.storage.objects import Address, ObjectStore

if TYPE_CHECKING:
    from types_aiobotocore_rekognition import RekognitionClient

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Workshop:
    """One account and one project in it."""

    settings: TrainerSettings
    models: RekognitionClient
    detection: RekognitionClient  # without retries of its own
    objects: ObjectStore

    @property
    def tags(self) -> dict[str, str]:
        """What marks a resource as made by this installation, so that teardown may remove it."""
        return {TAG: self.settings.prefix}

    def place(self, name: str, project: str | None = None) -> Address:
        """Where something of a project lies in the bucket."""
        return Address(self.settings.training_bucket, f"training/{project or self.settings.project}/{name}")

    async def until(self, look: Callable[[], Awaitable[Seen | None]]) -> Seen:
        """Look again and again until there is something to see."""
        while True:
            seen = await look()
            if seen is not None:
                return seen
            await asyncio.sleep(self.settings.poll_seconds)


@asynccontextmanager
async def open_workshop(settings: TrainerSettings) -> AsyncIterator[Workshop]:
    """Open the clients, and make the bucket if it is missing; raises `NotProvisioned`."""
    async with clients() as aws:
        await ensure_bucket(aws, settings, settings.training_bucket)
        yield workshop_of(aws, settings)


def workshop_of(aws: Clients, settings: TrainerSettings) -> Workshop:
    """A workshop with these clients."""
    return Workshop(settings, aws.models, aws.detection, S3Objects(aws.s3))
