"""The operations on projects: CreateProject, DescribeProjects, DeleteProject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.rekognition_local import wire
from services.rekognition_local.account import ACCOUNT_ID, Account
from services.rekognition_local.api.paging import page
from services.rekognition_local.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourceInUseException,
)
from services.rekognition_local.resources.store import Project

MOST_PROJECTS = 100  # AWS's default quota
FEATURE = "CUSTOM_LABELS"


async def create(account: Account, request: wire.CreateProject) -> dict[str, Any]:
    """Make a project; raises `ResourceInUseException` when the name is taken."""
    if request.feature != FEATURE:
        raise InvalidParameterException(f"Feature {request.feature} is not offered here; use {FEATURE}.")
    if request.auto_update == "ENABLED":
        raise InvalidParameterException("AutoUpdate is for moderation adapters only.")
    projects = account.projects()
    if any(project.name == request.project_name for project in projects):
        raise ResourceInUseException(f"A project named {request.project_name} exists already.")
    if len(projects) >= MOST_PROJECTS:
        raise LimitExceededException(f"An account may have {MOST_PROJECTS} projects; delete one first.")
    created = account.store.next_stamp(account.clock())
    arn = f"arn:aws:rekognition:{account.region}:{ACCOUNT_ID}:project/{request.project_name}/{created}"
    account.store.put_project(Project(arn, request.project_name, created))
    account.store.put_tags(arn, request.tags)
    return {"ProjectArn": arn}


async def describe(account: Account, request: wire.DescribeProjects) -> dict[str, Any]:
    """List projects, newest first; unknown names are left out."""
    names, features = request.project_names, request.features
    projects = account.projects() if features is None or FEATURE in features else []
    wanted = [one for one in projects if names is None or one.name in names]
    shown, more = page(wanted, request.max_results, request.next_token)
    return {"ProjectDescriptions": [_described(account, project) for project in shown], **more}


async def delete(account: Account, request: wire.DeleteProject) -> dict[str, Any]:
    """Delete a project; raises `ResourceInUseException` while it has datasets or model versions."""
    project = account.project(request.project_arn)
    if account.versions_of(project):
        raise ResourceInUseException(f"{project.arn} has model versions; delete them first.")
    if account.datasets_of(project):
        raise ResourceInUseException(f"{project.arn} has datasets; delete them first.")
    if project.gone_at is not None:
        raise ResourceInUseException(f"{project.arn} is being deleted already.")
    gone_at = account.clock() + account.settings.change_seconds
    account.store.put_project(replace(project, gone_at=gone_at))
    return {"Status": "DELETING"}


def _described(account: Account, project: Project) -> dict[str, Any]:
    return {
        "ProjectArn": project.arn,
        "CreationTimestamp": project.created / 1000,
        "Status": "CREATED" if project.gone_at is None else "DELETING",
        "Datasets": [
            {
                "CreationTimestamp": dataset.created / 1000,
                "DatasetType": dataset.kind,
                "DatasetArn": dataset.arn,
                "Status": dataset.state,
                "StatusMessage": dataset.message,
                "StatusMessageCode": "CLIENT_ERROR" if dataset.failed else "SUCCESS",
            }
            for dataset in account.datasets_of(project)
        ],
        "Feature": FEATURE,
    }
