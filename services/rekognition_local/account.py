"""The one account the stand-in serves: its projects and models, its quotas, and the parts that work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from services.rekognition_local import lifecycle, throughput
from services.rekognition_local.errors import (
    ProvisionedThroughputExceededException,
    ResourceNotFoundException,
    ThrottlingException,
)
from services.rekognition_local.faults import Faults
from services.rekognition_local.lifecycle import Delays, Version
from services.rekognition_local.recognizers import Recognizers
from services.rekognition_local.settings import RekognitionSettings
from services.rekognition_local.store import Project, Store
from services.rekognition_local.throughput import Bucket
from services.rekognition_local.training import Trainings
from shared.objects import ObjectStore

ACCOUNT_ID = "000000000000"


@dataclass(slots=True)
class Account:
    """Everything an operation may use. Only the event loop touches it, so it needs no locks."""

    settings: RekognitionSettings
    region: str
    store: Store
    objects: ObjectStore
    recognizers: Recognizers
    trainings: Trainings
    clock: Callable[[], float]  # seconds since the epoch
    faults: Faults = field(default_factory=Faults)
    calls: int = 0  # to DetectCustomLabels, since the faults were set
    _buckets: dict[tuple[str, int], Bucket] = field(default_factory=dict)

    def project(self, arn: str) -> Project:
        """Raises `ResourceNotFoundException`."""
        if arn not in self.store.projects:
            raise ResourceNotFoundException(f"There is no project {arn}.")
        return self.store.projects[arn]

    def version(self, arn: str) -> Version:
        """The version as it is now; raises `ResourceNotFoundException`."""
        if arn not in self.store.versions:
            raise ResourceNotFoundException(f"There is no model version {arn}.")
        return self._settled(self.store.versions[arn])

    def versions(self) -> list[Version]:
        """All versions as they are now."""
        return [self._settled(version) for version in self.store.versions.values()]

    def versions_of(self, project: Project) -> list[Version]:
        """The versions of a project as they are now."""
        return [version for version in self.versions() if version.project_arn == project.arn]

    def admit_call(self) -> None:
        """Count a call against the account's quota; raises `ThrottlingException`."""
        if not self._take("account", 0, throughput.ACCOUNT_CALLS_PER_SECOND):
            raise ThrottlingException("Rate exceeded.")

    def admit_image(self, version: Version) -> None:
        """Count an image against the units of a running version.

        Raises `ProvisionedThroughputExceededException`.
        """
        units = lifecycle.units_in_service(version)
        if not self._take(version.arn, units, units * self.settings.frames_per_second_per_unit):
            raise ProvisionedThroughputExceededException("Provisioned rate exceeded.")

    def _take(self, owner: str, units: int, rate: float) -> bool:
        now = self.clock()
        bucket = self._buckets.get((owner, units)) or throughput.full(rate, now)
        self._buckets[owner, units], allowed = throughput.take(bucket, now)
        return allowed

    def _settled(self, version: Version) -> Version:
        delays = Delays(self.settings.start_seconds, self.settings.stop_seconds)
        return lifecycle.settled(version, self.clock(), delays)
