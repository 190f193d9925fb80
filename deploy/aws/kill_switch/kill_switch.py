"""The kill switch: stops models that run while no controller of ours lives. It needs nothing else of ours.

EventBridge calls `handler` every minute. A controller that leads posts a report on every model at each tick;
when the last one is older than STALE_SECONDS, or cannot be read, whatever runs is stopped. With at most
STALE_SECONDS + 60 s + 60 s until a call answers, five units cost less than five dollars.

This file is the whole function: plain boto3, no other import of the project.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError


class NotAllLookedAt(Exception):
    """Some models could not be looked at or stopped; the function's errors raise an alarm."""


def handler(event: Any, context: Any) -> dict[str, str]:
    """Look at every model that is watched, and stop what nobody looks after; returns what was found."""
    rekognition = boto3.client("rekognition")
    table = boto3.resource("dynamodb").Table(os.environ["CONTROL_TABLE"])
    found = look_at_all(rekognition, table, watched(), time.time(), float(os.environ["STALE_SECONDS"]))
    print(json.dumps(found))
    if any(words.startswith("FAILED") for words in found.values()):
        raise NotAllLookedAt(json.dumps(found))
    return found


def watched() -> dict[str, str]:
    """The project of every model that is watched."""
    models, projects = os.environ["MODEL_ARNS"], os.environ["PROJECT_ARNS"]
    return dict(zip(models.split(","), projects.split(","), strict=True))


def look_at_all(
    rekognition: Any, table: Any, projects: dict[str, str], now: float, stale_seconds: float
) -> dict[str, str]:
    """What was found, by model; one that fails keeps nobody from the others. `projects` are by model, too."""
    found = {}
    for model, project in projects.items():
        try:
            found[model] = look(rekognition, table, model, project, now, stale_seconds)
        except (BotoCoreError, ClientError) as error:
            found[model] = f"FAILED: {error}"
    return found


def look(rekognition: Any, table: Any, model: str, project: str, now: float, stale_seconds: float) -> str:
    """Stop one model if it runs and its last report is too old; says what was found."""
    silent = silence(table, model, now)
    if silent is not None and silent < stale_seconds:
        return "looked after"
    state = state_of(rekognition, model, project)
    if state != "RUNNING":  # a model that is STARTING cannot be stopped: the next call finds it RUNNING
        return f"silent, and {state}"
    rekognition.stop_project_version(ProjectVersionArn=model)
    why = "no report could be read" if silent is None else f"no report for {silent:.0f} s"
    return f"STOPPED: {why}"


def silence(table: Any, model_arn: str, now: float) -> float | None:
    """Seconds since a controller last reported on the model; None when that cannot be known."""
    _, project, _, version, _ = model_arn.split("/")
    try:
        row = table.get_item(Key={"item": f"MODEL#{project}/{version}"}, ConsistentRead=True).get("Item")
    except (BotoCoreError, ClientError):  # no table, no permission, no answer: nobody can be looking after it
        return None
    return now - float(row["at"]) if row else None


def state_of(rekognition: Any, model: str, project: str) -> str:
    """The model's state as Rekognition has it."""
    name = model.split("/")[3]
    found = rekognition.describe_project_versions(ProjectArn=project, VersionNames=[name])
    versions = found["ProjectVersionDescriptions"]
    return versions[0]["Status"] if versions else "not there"
