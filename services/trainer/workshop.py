"""What the trainer works with: the account's projects, the pictures' bucket, the time between looks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from services.trainer.settings import TrainerSettings
from shared.aws.clients import Clients, clients
from shared.aws.installation.provision import ensure_bucket
from shared.aws.installation.tagged import TAG
from shared.aws.rekognition.detection import CustomLabels
from shared.aws.rekognition.models import ProjectVersion
from shared.aws.rekognition.projects import Datasets, Projects
from shared.aws.rekognition.versions import ProjectVersions
from shared.aws.s3 import S3Objects
from shared.models.detection import Detector
from shared.models.projects import Project
from shared.models.rekognition import Models
from shared.models.versions import ModelVersion
from shared.storage.objects import Address, ObjectStore

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Workshop:
    """One account and one project in it."""

    settings: TrainerSettings
    aws: Clients
    objects: ObjectStore

    @property
    def tags(self) -> dict[str, str]:
        """What marks a resource as made by this installation, so that teardown may remove it."""
        return {TAG: self.settings.prefix}

    @property
    def projects(self) -> Projects:
        """The projects of the account."""
        return Projects(self.aws.models)

    @property
    def datasets(self) -> Datasets:
        """The datasets of all projects."""
        return Datasets(self.aws.models)

    def versions(self, project: Project) -> ProjectVersions:
        """The versions of a project."""
        return ProjectVersions(self.aws.models, project.arn)

    def model(self, project: Project, version: ModelVersion) -> Models:
        """A version as a model that starts and stops."""
        return ProjectVersion(self.aws.models, project.arn, version.arn)

    def detector(self, version: ModelVersion) -> Detector:
        """A running version as what finds logos, however unsure."""
        return CustomLabels(self.aws.detection, version.arn, 0.0)

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
    return Workshop(settings, aws, S3Objects(aws.s3))
