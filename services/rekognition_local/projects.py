"""The operations on projects: CreateProject, DescribeProjects, DeleteProject."""

from __future__ import annotations

from typing import Any

from services.rekognition_local import requests
from services.rekognition_local.account import ACCOUNT_ID, Account
from services.rekognition_local.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
)
from services.rekognition_local.paging import page
from services.rekognition_local.store import Project

MOST_PROJECTS = 100  # AWS's default quota
FEATURE = "CUSTOM_LABELS"


async def create(account: Account, request: requests.CreateProject) -> dict[str, Any]:
    """Make a project; raises `ResourceInUseException` when the name is taken."""
    if request.feature != FEATURE:
        raise InvalidParameterException(f"Feature {request.feature} is not offered here; use {FEATURE}.")
    if any(project.name == request.project_name for project in account.store.projects.values()):
        raise ResourceInUseException(f"A project named {request.project_name} exists already.")
    if len(account.store.projects) >= MOST_PROJECTS:
        raise LimitExceededException(f"An account may have {MOST_PROJECTS} projects; delete one first.")
    created = account.store.next_stamp(account.clock())
    arn = f"arn:aws:rekognition:{account.region}:{ACCOUNT_ID}:project/{request.project_name}/{created}"
    account.store.put_project(Project(arn, request.project_name, created))
    return {"ProjectArn": arn}


async def describe(account: Account, request: requests.DescribeProjects) -> dict[str, Any]:
    """List projects, newest first; unknown names are left out."""
    names = request.project_names
    wanted = [one for one in account.store.projects.values() if names is None or one.name in names]
    shown, more = page(wanted, request.max_results, request.next_token)
    return {"ProjectDescriptions": [_described(project) for project in shown], **more}


async def delete(account: Account, request: requests.DeleteProject) -> dict[str, Any]:
    """Delete a project; raises `ResourceInUseException` while it has model versions."""
    project = account.project(request.project_arn)
    if account.versions_of(project):
        raise ResourceInUseException(f"{project.arn} has model versions; delete them first.")
    account.store.delete_project(project.arn)
    return {"Status": "DELETING"}


def _described(project: Project) -> dict[str, Any]:
    return {
        "ProjectArn": project.arn,
        "CreationTimestamp": project.created / 1000,
        "Status": "CREATED",
        "Datasets": [],
        "Feature": FEATURE,
    }
