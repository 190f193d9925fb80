"""What a planned workload will cost, pure: before a dollar is spent on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from shared.costs.demand import Capacity, Work, demand
from shared.costs.prices import always_on_cost, handling_cost, per_image_cost, running_cost

LAST_LOOK = 10.0  # seconds that a model runs on, until the controller's next tick sees its work done


@dataclass(frozen=True, slots=True)
class Plan:
    """Video that is all there at `now` and due at `due_at`; times in seconds since the epoch."""

    video_seconds: float
    interval: float  # seconds between sampled frames
    now: float
    due_at: float

    @property
    def frames(self) -> int:
        return math.ceil(self.video_seconds / self.interval)

    @property
    def work(self) -> Work:
        return Work("planned", self.frames, self.now, self.due_at)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the plan takes of one model."""

    unit_rate: float  # frames per second and inference unit
    units: int
    frames: int
    seconds: float  # that the model runs
    start_by: float  # when it must be started to be in time
    done_at: float  # when it is started at once
    in_time: bool
    running: float  # dollars
    start_up: float  # dollars, if AWS bills starts
    handling: float  # dollars for frames in S3, SQS and DynamoDB
    always_on: float  # dollars for the same units from now until the deadline
    per_image: float  # dollars for as many images with a detector that is billed by the image


def forecast(plan: Plan, capacity: Capacity) -> Forecast:
    """The forecast for a model with this capacity."""
    ready_at = plan.now + capacity.start_seconds
    planned = demand([plan.work])
    needed = planned.units_needed(capacity, ready_at)
    units = needed or capacity.most_units
    seconds = plan.frames / (units * capacity.unit_rate) + LAST_LOOK
    spare = planned.slack(units, capacity.unit_rate, ready_at)
    return Forecast(
        unit_rate=capacity.unit_rate,
        units=units,
        frames=plan.frames,
        seconds=seconds,
        start_by=plan.now + max(0.0, spare),
        done_at=ready_at + seconds,
        in_time=needed is not None,
        running=running_cost(units * seconds),
        start_up=running_cost(units * capacity.start_seconds),
        handling=handling_cost(plan.frames),
        always_on=always_on_cost(max(0.0, plan.due_at - plan.now), units),
        per_image=per_image_cost(plan.frames),
    )
