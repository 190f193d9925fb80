"""A trained version, and the steps of its life."""

from __future__ import annotations

from services.rekognition_local.resources import lifecycle
from services.rekognition_local.resources.lifecycle import Version
from shared.models.control import ModelState

BUSY = ("TRAINING_IN_PROGRESS", "COPYING_IN_PROGRESS", "STARTING", "RUNNING", "STOPPING", "DELETING")
START_SECONDS, STOP_SECONDS = 60, 30
NEW = Version(
    arn="arn",
    project_arn="project",
    name="v1",
    created=0,
    state=ModelState.TRAINING_COMPLETED,
    since=0.0,
    message="",
    training_data={},
    testing_data={},
    output_config={},
)


def started(version: Version, now: float, units: int = 1) -> Version:
    """As it is once asked to start."""
    return lifecycle.started(version, units, None, limit=5, others=[], now=now, seconds=START_SECONDS)


def stopped(version: Version, now: float) -> Version:
    """As it is once asked to stop."""
    return lifecycle.stopped(version, now, STOP_SECONDS)
