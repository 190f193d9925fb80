"""What Amazon does not offer, under `/_admin`: the bill so far, and faults on demand."""

from __future__ import annotations

from typing import Any

from services.rekognition_local import lifecycle
from services.rekognition_local.account import Account
from services.rekognition_local.faults import Faults
from services.rekognition_local.lifecycle import Version
from shared import costs


def billing(account: Account) -> dict[str, Any]:
    """Unit-seconds and dollars of running time, for each version and in all (with those deleted since)."""
    now = account.clock()
    versions = account.versions()
    total = account.store.unit_seconds_deleted + sum(lifecycle.billed(version, now) for version in versions)
    return {
        "unit_seconds": total,
        "dollars": costs.running_cost(total),
        "versions": [_bill(version, now) for version in versions],
    }


def _bill(version: Version, now: float) -> dict[str, Any]:
    unit_seconds = lifecycle.billed(version, now)
    return {
        "arn": version.arn,
        "state": version.state,
        "units": lifecycle.units_in_service(version),
        "unit_seconds": unit_seconds,
        "dollars": costs.running_cost(unit_seconds),
    }


def set_faults(account: Account, faults: Faults) -> None:
    """Replace the faults; drawing starts anew from their seed."""
    account.faults = faults
    account.calls = 0
