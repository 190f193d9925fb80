"""A Custom Labels project as it is in the account: found or made, its datasets and its versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from services.trainer.workshop import Workshop
from shared.aws.rekognition import translated
from shared.models.control import ModelState
from shared.models.rekognition import AlreadyInUse
from shared.runtime.command import Failure
from shared.storage.objects import Address

Kind = Literal["TRAIN", "TEST"]
TRAIN: Kind = "TRAIN"
TEST: Kind = "TEST"


@dataclass(frozen=True, slots=True)
class Project:
    """A project and its datasets (ARN by kind)."""

    arn: str
    name: str
    status: str
    datasets: dict[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """A model version as Rekognition describes it."""

    arn: str
    name: str
    state: ModelState
    message: str
    created: float  # seconds since the epoch
    units: int | None  # inference units asked for at the last start
    f1: float | None
    summary: Address | None
    training_seconds: int


async def find(workshop: Workshop, name: str | None = None) -> Project | None:
    """The project of this name, or the one of the settings, if there is one."""
    name = name or workshop.settings.project
    with translated():
        reply = await workshop.models.describe_projects(ProjectNames=[name])
    return next((_project(name, one) for one in reply["ProjectDescriptions"]), None)


async def need(workshop: Workshop, name: str | None = None) -> Project:
    """As `find`; raises `Failure` when there is none."""
    project = await find(workshop, name)
    if project is None:
        missing = name or workshop.settings.project
        raise Failure(f"there is no project {missing}: make it with `logostream model create`")
    return project


async def find_or_make(workshop: Workshop, name: str | None = None) -> tuple[Project, bool]:
    """The project, and whether it was made just now; raises `Failure` while one of its name is deleted."""
    name = name or workshop.settings.project
    project = await find(workshop, name)
    if project is None:
        try:
            with translated():
                await workshop.models.create_project(ProjectName=name, Tags=workshop.tags)
        except AlreadyInUse:  # listings lag behind
            pass
        return await workshop.until(lambda: find(workshop, name)), True
    if project.status == "DELETING":
        raise Failure(f"project {name} is being deleted: wait, or choose another name")
    return project, False


def _project(name: str, reply: Any) -> Project:
    datasets = {one["DatasetType"]: one["DatasetArn"] for one in reply.get("Datasets", [])}
    return Project(reply["ProjectArn"], name, reply["Status"], datasets)


async def versions(workshop: Workshop, project: Project) -> list[Version]:
    """All versions of a project, newest first."""
    found = []
    with translated():
        pages = workshop.models.get_paginator("describe_project_versions")
        async for page in pages.paginate(ProjectArn=project.arn):
            found += [_version(one) for one in page["ProjectVersionDescriptions"]]
    return sorted(found, key=lambda one: -one.created)


async def version(workshop: Workshop, project: Project, name: str) -> Version | None:
    """The version of this name, if there is one."""
    with translated():
        reply = await workshop.models.describe_project_versions(ProjectArn=project.arn, VersionNames=[name])
    return next((_version(one) for one in reply["ProjectVersionDescriptions"]), None)


async def need_version(workshop: Workshop, project: Project, name: str) -> Version:
    """As `version`; raises `Failure` when there is none."""
    found = await version(workshop, project, name)
    if found is None:
        raise Failure(f"project {project.name} has no version {name}: see `logostream model list`")
    return found


def _version(reply: Any) -> Version:
    result = reply.get("EvaluationResult", {})
    where = result.get("Summary", {}).get("S3Object")
    return Version(
        arn=reply["ProjectVersionArn"],
        name=reply["ProjectVersionArn"].split("/")[3],
        state=ModelState(reply["Status"]),
        message=reply.get("StatusMessage", ""),
        created=reply["CreationTimestamp"].timestamp(),
        units=reply.get("MinInferenceUnits"),
        f1=result.get("F1Score"),
        summary=where and Address(where["Bucket"], where["Name"]),
        training_seconds=reply.get("BillableTrainingTimeInSeconds", 0),
    )


async def wait_for(workshop: Workshop, project: Project, name: str, passing: set[ModelState]) -> Version:
    """The version as soon as it is in none of the passing states; raises `Failure` when it is gone."""

    async def arrived() -> Version | None:
        found = await need_version(workshop, project, name)
        return None if found.state in passing else found

    return await workshop.until(arrived)
