"""What the account holds, kept on disk: projects and model versions in one JSON file, models beside it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.rekognition_local.lifecycle import Version
from shared.control import ModelState

_FORMAT = 1  # of the JSON file


class StateUnreadable(Exception):
    """The file with the projects and models is damaged or not ours."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project, which model versions belong to."""

    arn: str
    name: str
    created: int  # milliseconds since the epoch, unique in the account


class Store:
    """All projects and versions by their ARN. Every change is on disk, whole, before it returns."""

    def __init__(self, directory: Path) -> None:
        """Open or begin a store in this folder; raises `StateUnreadable`."""
        self.projects: dict[str, Project] = {}
        self.versions: dict[str, Version] = {}
        self.unit_seconds_deleted = 0.0  # running time of versions that are gone
        self._file = directory / "state.json"
        self._models = directory / "models"
        self._models.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            self._read()

    def put_project(self, project: Project) -> None:
        """Add a project."""
        self.projects[project.arn] = project
        self._write()

    def put_version(self, version: Version) -> None:
        """Add a version, or replace what was known of it."""
        self.versions[version.arn] = version
        self._write()

    def delete_project(self, arn: str) -> None:
        """Forget a project."""
        del self.projects[arn]
        self._write()

    def delete_version(self, arn: str) -> None:
        """Forget a version and its model, but not what it cost."""
        version = self.versions.pop(arn)
        self.unit_seconds_deleted += version.unit_seconds
        self._write()
        self.model_file(version).unlink(missing_ok=True)

    def model_file(self, version: Version) -> Path:
        """Where the trained model of a version is kept."""
        return self._models / f"{version.created}.npz"

    def next_stamp(self, now: float) -> int:
        """The current time in milliseconds, later than every stamp given out before."""
        given = [project.created for project in self.projects.values()]
        given += [version.created for version in self.versions.values()]
        return max(round(now * 1000), *(stamp + 1 for stamp in given), 0)

    def _read(self) -> None:
        try:
            state = json.loads(self._file.read_text("utf-8"))
            if state["format"] != _FORMAT:
                raise ValueError("it was written by another release")
            self.projects = {row["arn"]: Project(**row) for row in state["projects"]}
            self.versions = {row["arn"]: _version(row) for row in state["versions"]}
            self.unit_seconds_deleted = float(state["unit_seconds_deleted"])
        except (ValueError, KeyError, TypeError) as error:
            sentence = f"{self._file} cannot be read ({error}): delete it to begin anew"
            raise StateUnreadable(sentence) from error

    def _write(self) -> None:
        state = {
            "format": _FORMAT,
            "projects": [asdict(project) for project in self.projects.values()],
            "versions": [asdict(version) for version in self.versions.values()],
            "unit_seconds_deleted": self.unit_seconds_deleted,
        }
        # Renaming is atomic: whoever kills us finds the old file or the new one.
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps(state, indent=1), "utf-8")
        os.replace(draft, self._file)


def _version(row: dict[str, Any]) -> Version:
    return Version(**{**row, "state": ModelState(row["state"]), "labels": tuple(row["labels"])})
