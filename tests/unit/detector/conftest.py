"""A detector's surroundings on fakes, and the replicas that work in them."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.detector.replica import Surroundings


@pytest.fixture
async def around() -> Surroundings:
    """All that detectors talk to; the model runs."""
    surroundings = Surroundings()
    await surroundings.model_is("RUNNING")
    await asyncio.sleep(1)
    return surroundings
