"""The overlays for Kubernetes, each built once in each worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deploy.manifests import OVERLAYS, built


@pytest.fixture(scope="session", params=OVERLAYS)
def manifest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay as it is applied, with a further detector and the dashboard."""
    return built(request.param, tmp_path_factory.mktemp("kubernetes"))
