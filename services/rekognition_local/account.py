"""The one account the stand-in serves: its resources as they are now, its quotas, and the parts that work."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.rekognition_local.clock import Clock
from services.rekognition_local.errors import (
    ProvisionedThroughputExceededException,
    ResourceNotFoundException,
    ThrottlingException,
)
from services.rekognition_local.faults import DETECTIONS, Faults
from services.rekognition_local.resources import datasets, lifecycle, scaling, throughput
from services.rekognition_local.resources.datasets import Dataset
from services.rekognition_local.resources.lag import Lag
from services.rekognition_local.resources.lifecycle import Version
from services.rekognition_local.resources.recognizers import Recognizers
from services.rekognition_local.resources.scaling import Demand
from services.rekognition_local.resources.store import Project, Store
from services.rekognition_local.resources.throughput import Bucket
from services.rekognition_local.settings import RekognitionSettings
from services.rekognition_local.training.jobs import Trainings
from shared.storage.objects import ObjectStore

ACCOUNT_ID = "000000000000"


@dataclass(slots=True)
class Account:
    """Everything an operation may use. Only the event loop touches it, so it needs no locks.

    But whoever awaits lets others in: what was checked before must be checked again before anything is put.
    """

    settings: RekognitionSettings
    region: str
    store: Store
    objects: ObjectStore
    recognizers: Recognizers
    trainings: Trainings
    clock: Clock
    faults: Faults = field(default_factory=Faults)
    calls: int = 0  # that suffered, since the faults were set
    starts: int = 0  # of models, since the faults were set
    _lag: Lag[Version] = field(default_factory=Lag)
    _buckets: dict[tuple[str, int], Bucket] = field(default_factory=dict)
    _demand: dict[str, Demand] = field(default_factory=dict)

    def project(self, arn: str) -> Project:
        """Raises `ResourceNotFoundException`."""
        self._sweep()
        if arn not in self.store.projects:
            raise ResourceNotFoundException(f"There is no project {arn}.")
        return self.store.projects[arn]

    def lasting_project(self, arn: str) -> Project:
        """A project that may be added to; raises `ResourceNotFoundException`, while it is deleted, too."""
        project = self.project(arn)
        if project.gone_at is not None:
            raise ResourceNotFoundException(f"{arn} is being deleted.")
        return project

    def projects(self) -> list[Project]:
        """All projects as they are now."""
        self._sweep()
        return list(self.store.projects.values())

    def dataset(self, arn: str) -> Dataset:
        """The dataset as it is now; raises `ResourceNotFoundException`."""
        self._sweep()
        if arn not in self.store.datasets:
            raise ResourceNotFoundException(f"There is no dataset {arn}.")
        return datasets.settled(self.store.datasets[arn], self.clock())

    def datasets_of(self, project: Project) -> list[Dataset]:
        """The datasets of a project as they are now."""
        self._sweep()
        own = [one for one in self.store.datasets.values() if one.project_arn == project.arn]
        return [datasets.settled(one, self.clock()) for one in own]

    def version(self, arn: str) -> Version:
        """The version as it is now; raises `ResourceNotFoundException`."""
        self._sweep()
        if arn not in self.store.versions:
            raise ResourceNotFoundException(f"There is no model version {arn}.")
        return self._now(self.store.versions[arn])

    def versions(self) -> list[Version]:
        """All versions as they are now."""
        self._sweep()
        return [self._now(version) for version in list(self.store.versions.values())]

    def versions_of(self, project: Project) -> list[Version]:
        """The versions of a project as they are now."""
        return [version for version in self.versions() if version.project_arn == project.arn]

    def put_version(self, version: Version) -> None:
        """Add a version or replace it; listings may lag behind."""
        self._lag.changed(version.arn, self.store.versions.get(version.arn), self.clock())
        self.store.put_version(version)

    def listed(self, versions: list[Version]) -> list[Version]:
        """Versions as listings show them."""
        shown = self._lag.shown(versions, self.clock(), self.faults.stale_seconds)
        return [lifecycle.settled(version, self.clock()) for version in shown]

    def admit_call(self, operation: str) -> None:
        """Count a call against the account's quota for this operation; raises `ThrottlingException`."""
        detects = operation in DETECTIONS
        rate = throughput.DETECTIONS_PER_SECOND if detects else self.settings.control_calls_per_second
        if not self._take(operation, 0, rate):
            raise ThrottlingException("Rate exceeded.")

    def admit_image(self, version: Version) -> None:
        """Count an image against the units of a running version.

        Raises `ProvisionedThroughputExceededException`.
        """
        demand = self._demand.get(version.arn) or Demand(self.clock())
        self._demand[version.arn] = demand.more()
        units = lifecycle.units_in_service(version)
        if not self._take(version.arn, units, units * self.settings.frames_per_second_per_unit):
            raise ProvisionedThroughputExceededException("Provisioned rate exceeded.")

    def _take(self, owner: str, units: int, rate: float) -> bool:
        now = self.clock()
        bucket = self._buckets.get((owner, units)) or throughput.full(rate, now)
        self._buckets[owner, units], allowed = throughput.take(bucket, now)
        return allowed

    def _now(self, version: Version) -> Version:
        settled = lifecycle.settled(version, self.clock())
        if lifecycle.units_in_service(settled) and settled.max_units is not None:
            return self._scaled(settled)
        self._demand.pop(version.arn, None)
        return settled

    def _scaled(self, version: Version) -> Version:
        """A running version with the units that its load of late has brought it."""
        window, rate = self.settings.scale_seconds, self.settings.frames_per_second_per_unit
        demand = self._demand.setdefault(version.arn, Demand(version.since))
        passed = scaling.windows(demand, self.clock(), window)
        for number in range(
            min(passed, self.settings.max_units + 1)
        ):  # by then an idle model is at its least
            images = demand.images if number == 0 else 0
            least, most = version.min_units or 1, version.max_units or 1
            units = scaling.units(version.units, images, window, rate, least, most)
            version = lifecycle.rescaled(version, units, demand.since + (number + 1) * window)
        if passed:
            self._demand[version.arn] = Demand(demand.since + passed * window)
            self.store.put_version(version)
        return version

    def _sweep(self) -> None:
        """Forget what has been deleted."""
        now, store = self.clock(), self.store
        for version in [one for one in store.versions.values() if lifecycle.gone(one, now)]:
            store.delete_version(version.arn)
        for dataset in [one for one in store.datasets.values() if datasets.gone(one, now)]:
            store.delete_dataset(dataset.arn)
        for project in list(store.projects.values()):
            if project.gone_at is not None and now >= project.gone_at:
                store.delete_project(project.arn)
