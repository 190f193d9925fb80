"""The tests of one group share a worker, and so the one stack that takes minutes to be there."""

from __future__ import annotations

from copy import copy
from types import SimpleNamespace

import pytest
from xdist.remote import WorkerInteractor  # type: ignore[import-untyped]


def test_a_test_that_is_handed_out_to_a_worker_carries_its_group(request: pytest.FixtureRequest) -> None:
    item = copy(request.node)
    item.own_markers = [pytest.mark.xdist_group("system").mark]
    config = SimpleNamespace(getvalue=lambda name: name == "loadgroup")
    WorkerInteractor.pytest_collection_modifyitems(SimpleNamespace(), config, [item])
    assert item.nodeid == f"{request.node.nodeid}@system"
