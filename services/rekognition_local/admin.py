"""What Amazon does not offer, under `/_admin`: the bill so far, faults on demand, a clock one can turn."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.rekognition_local.account import Account
from services.rekognition_local.clock import MOST_SPEED
from services.rekognition_local.faults import Faults
from services.rekognition_local.resources import lifecycle
from services.rekognition_local.resources.lifecycle import Version
from shared.costs.prices import running_cost


def billing(account: Account) -> dict[str, Any]:
    """Unit-seconds and dollars of running time, for each version and in all (with those deleted since)."""
    now = account.clock()
    versions = account.versions()
    total = account.store.unit_seconds_deleted + sum(lifecycle.billed(version, now) for version in versions)
    return {
        "unit_seconds": total,
        "dollars": running_cost(total),
        "now": now,
        "versions": [_bill(version, now) for version in versions],
    }


def _bill(version: Version, now: float) -> dict[str, Any]:
    unit_seconds = lifecycle.billed(version, now)
    return {
        "arn": version.arn,
        "state": version.state,
        "units": lifecycle.units_in_service(version),
        "unit_seconds": unit_seconds,
        "dollars": running_cost(unit_seconds),
    }


class ClockChange(BaseModel):
    """What POST /_admin/clock takes: how fast time passes from now on, and seconds that pass at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speed: float | None = Field(None, ge=0, le=MOST_SPEED)  # times real time; as before where it is None
    skip_seconds: float = Field(0.0, ge=0)


def set_faults(account: Account, faults: Faults) -> dict[str, Any]:
    """Replace the faults; drawing and counting start anew."""
    account.faults = faults
    account.calls = account.starts = 0
    return faults.model_dump()


def change_clock(account: Account, change: ClockChange) -> dict[str, Any]:
    """Turn the clock; what is due meanwhile happens, and rates are by the clock, too."""
    speed = account.clock.pace.speed if change.speed is None else change.speed
    account.store.put_pace(account.clock.change(speed, change.skip_seconds))
    return time(account)


def time(account: Account) -> dict[str, Any]:
    """The time, in seconds since the epoch, and how fast it passes."""
    return {"now": account.clock(), "speed": account.clock.pace.speed}
