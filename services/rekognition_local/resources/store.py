"""What the account holds, kept on disk: one JSON file, with models and entries of datasets beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.rekognition_local.clock import Pace
from services.rekognition_local.resources.datasets import Dataset, DatasetState, Stats
from services.rekognition_local.resources.lifecycle import Version
from shared.models.control import ModelState

_FORMAT = 2  # of the JSON file


class StateUnreadable(Exception):
    """The file with the projects and models is damaged or not ours."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project, which datasets and model versions belong to."""

    arn: str
    name: str
    created: int  # milliseconds since the epoch, unique in the account
    gone_at: float | None = None  # when its deletion is over, if it is being deleted


class Store:
    """All resources by their ARN. Every change is on disk, whole, before it returns."""

    def __init__(self, directory: Path) -> None:
        """Open or begin a store in this folder; raises `StateUnreadable`."""
        self.projects: dict[str, Project] = {}
        self.datasets: dict[str, Dataset] = {}
        self.versions: dict[str, Version] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.pace = Pace()
        self.unit_seconds_deleted = 0.0  # running time of versions that are gone
        self._last_stamp = 0
        self._file = directory / "state.json"
        self._models = directory / "models"
        self._entries = directory / "entries"
        for folder in (self._models, self._entries):
            folder.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            self._read()

    def put_project(self, project: Project) -> None:
        """Add a project, or replace what was known of it."""
        self.projects[project.arn] = project
        self._write()

    def put_dataset(self, dataset: Dataset, lines: Iterable[str] | None = None) -> None:
        """Add a dataset, or replace what was known of it, with its entries where they are given."""
        if lines is not None:
            _write_whole(self._entries_file(dataset), "".join(f"{line}\n" for line in lines))
        self.datasets[dataset.arn] = dataset
        self._write()

    def put_version(self, version: Version) -> None:
        """Add a version, or replace what was known of it."""
        self.versions[version.arn] = version
        self._write()

    def put_tags(self, arn: str, tags: dict[str, str]) -> None:
        """Replace the tags of a resource."""
        self.tags[arn] = tags
        self._write()

    def put_pace(self, pace: Pace) -> None:
        """Remember how the clock runs."""
        self.pace = pace
        self._write()

    def delete_project(self, arn: str) -> None:
        """Forget a project."""
        del self.projects[arn]
        self._forget_tags(arn)

    def delete_dataset(self, arn: str) -> None:
        """Forget a dataset and its entries."""
        dataset = self.datasets.pop(arn)
        self._forget_tags(arn)
        self._entries_file(dataset).unlink(missing_ok=True)

    def delete_version(self, arn: str) -> None:
        """Forget a version and its model, but not what it cost."""
        version = self.versions.pop(arn)
        self.unit_seconds_deleted += version.unit_seconds
        self._forget_tags(arn)
        self.model_file(version).unlink(missing_ok=True)

    def model_file(self, version: Version) -> Path:
        """Where the trained model of a version is kept."""
        return self._models / f"{version.created}.npz"

    def lines(self, dataset: Dataset) -> list[str]:
        """The entries of a dataset."""
        return self._entries_file(dataset).read_text("utf-8").splitlines()

    def next_stamp(self, now: float) -> int:
        """The current time in milliseconds, later than every stamp given out before."""
        holders: tuple[dict[str, Any], ...] = (self.projects, self.datasets, self.versions)
        kept: list[int] = [one.created for holder in holders for one in holder.values()]
        self._last_stamp = max(round(now * 1000), *(stamp + 1 for stamp in (*kept, self._last_stamp)))
        return self._last_stamp

    def _entries_file(self, dataset: Dataset) -> Path:
        return self._entries / f"{dataset.created}.jsonl"

    def _forget_tags(self, arn: str) -> None:
        self.tags.pop(arn, None)
        self._write()

    def _read(self) -> None:
        try:
            state = json.loads(self._file.read_text("utf-8"))
            if state["format"] != _FORMAT:
                raise ValueError("it was written by another release")
            self.projects = {row["arn"]: Project(**row) for row in state["projects"]}
            self.datasets = {row["arn"]: _dataset(row) for row in state["datasets"]}
            self.versions = {row["arn"]: _version(row) for row in state["versions"]}
            self.tags = dict(state["tags"])
            self.pace = Pace(**state["pace"])
            self.unit_seconds_deleted = float(state["unit_seconds_deleted"])
        except (ValueError, KeyError, TypeError) as error:
            sentence = f"{self._file} cannot be read ({error}): delete it to begin anew"
            raise StateUnreadable(sentence) from error

    def _write(self) -> None:
        state = {
            "format": _FORMAT,
            "projects": [asdict(project) for project in self.projects.values()],
            "datasets": [asdict(dataset) for dataset in self.datasets.values()],
            "versions": [asdict(version) for version in self.versions.values()],
            "tags": self.tags,
            "pace": asdict(self.pace),
            "unit_seconds_deleted": self.unit_seconds_deleted,
        }
        _write_whole(self._file, json.dumps(state, indent=1))


def _write_whole(file: Path, text: str) -> None:
    # Renaming is atomic: whoever kills us finds the old file or the new one.
    draft = file.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    os.replace(draft, file)


def _dataset(row: dict[str, Any]) -> Dataset:
    becomes = row["becomes"] and DatasetState(row["becomes"])
    return Dataset(
        **{**row, "state": DatasetState(row["state"]), "becomes": becomes, "stats": Stats(**row["stats"])}
    )


def _version(row: dict[str, Any]) -> Version:
    becomes = row["becomes"] and ModelState(row["becomes"])
    return Version(
        **{**row, "state": ModelState(row["state"]), "becomes": becomes, "labels": tuple(row["labels"])}
    )
