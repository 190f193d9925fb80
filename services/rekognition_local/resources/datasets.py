"""The life of a dataset, and what its entries add up to. All times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from services.rekognition_local.errors import ResourceInUseException, ResourceNotReadyException


class DatasetState(StrEnum):
    """The states of a dataset, as Rekognition names them."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    UPDATE_FAILED = "UPDATE_FAILED"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"


_BUSY = {
    DatasetState.CREATE_IN_PROGRESS,
    DatasetState.UPDATE_IN_PROGRESS,
    DatasetState.DELETE_IN_PROGRESS,
}
_FAILED = {DatasetState.CREATE_FAILED, DatasetState.UPDATE_FAILED}


@dataclass(frozen=True, slots=True)
class Stats:
    """What the entries of a dataset add up to."""

    labelled: int = 0
    total: int = 0
    labels: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Dataset:
    """A project's training or test set; its entries lie in a file of their own."""

    arn: str
    project_arn: str
    kind: str  # TRAIN or TEST
    created: int  # milliseconds since the epoch, unique in the account
    updated: float
    state: DatasetState
    message: str
    stats: Stats = Stats()
    becomes: DatasetState | None = None  # by itself, when it is due
    due: float = 0.0
    problem: str = ""  # why it fails, once it does

    @property
    def failed(self) -> bool:
        return self.state in _FAILED


def settled(dataset: Dataset, now: float) -> Dataset:
    """The dataset as it is now: what was due by itself has happened."""
    if dataset.becomes is None or now < dataset.due:
        return dataset
    words = dataset.becomes.replace("_", " ").lower()
    message = dataset.problem or f"The dataset is ready: {words}."
    return replace(dataset, state=dataset.becomes, message=message, updated=dataset.due, becomes=None)


def changing(dataset: Dataset, stats: Stats, now: float, seconds: float) -> Dataset:
    """A settled dataset whose entries change; raises `ResourceInUseException`."""
    check_idle(dataset)
    return replace(
        dataset,
        stats=stats,
        state=DatasetState.UPDATE_IN_PROGRESS,
        message="The dataset is being updated.",
        updated=now,
        becomes=DatasetState.UPDATE_COMPLETE,
        due=now + seconds,
        problem="",
    )


def deleted(dataset: Dataset, now: float, seconds: float) -> Dataset:
    """A settled dataset that is `gone` so many seconds later; raises `ResourceInUseException`."""
    check_idle(dataset)
    state, message = DatasetState.DELETE_IN_PROGRESS, "The dataset is being deleted."
    return replace(dataset, state=state, message=message, updated=now, due=now + seconds)


def gone(dataset: Dataset, now: float) -> bool:
    """Whether a deletion is over."""
    return dataset.state is DatasetState.DELETE_IN_PROGRESS and now >= dataset.due


def check_idle(dataset: Dataset) -> None:
    """Raises `ResourceInUseException` while a settled dataset is created, updated or deleted."""
    if dataset.state in _BUSY:
        raise ResourceInUseException(f"{dataset.arn} is {dataset.state}: wait for its end.")


def check_ready(dataset: Dataset) -> None:
    """Raises `ResourceNotReadyException` unless the entries of a settled dataset can be read."""
    if dataset.state in _BUSY or dataset.state is DatasetState.CREATE_FAILED:
        raise ResourceNotReadyException(f"{dataset.arn} is {dataset.state}: its entries cannot be read.")
