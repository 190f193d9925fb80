"""Test-wide wiring: the event loop, an environment free of the developer's own, and the one local stack."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded: see services/rekognition_local

import asyncio
from collections.abc import Callable, Iterator, Mapping
from inspect import isasyncgenfunction, iscoroutinefunction
from pathlib import Path

import hypothesis
import pytest

from tests.clock import JumpingLoop
from tests.system.local_stack import LocalStack, running
from tests.system.processes import ROOT

UNIT = Path(__file__).parent / "unit"

# The same examples in every run: a failure seen once is seen again.
hypothesis.settings.register_profile("seeded", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("seeded")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "real_time: a unit test with real sockets or processes, run on the ordinary event loop"
    )


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Unit tests run on the jumping clock; whatever talks to a real socket runs in real time."""
    jumping = item.path.is_relative_to(UNIT) and not item.get_closest_marker("real_time")
    return {"jumping": JumpingLoop} if jumping else {"real": asyncio.SelectorEventLoop}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests: one that came last would keep a single worker busy."""
    items.sort(key=lambda item: not item.get_closest_marker("system"))


def pytest_itemcollected(item: pytest.Item) -> None:
    if isinstance(item, pytest.Function) and needs_a_loop(item):
        raise pytest.UsageError(f"{item.nodeid} uses fixtures that await: make it async")


def needs_a_loop(test: pytest.Function) -> bool:
    """Whether a plain test uses fixtures that await.

    pytest-asyncio chooses a loop for async tests only. A plain one asks for fixtures without a choice, and by
    that ends the loop of the whole session, with all that lives on it, under the tests that follow.
    """
    fixtures = [found[-1].func for found in test._fixtureinfo.name2fixturedefs.values()]
    return not iscoroutinefunction(test.obj) and any(
        iscoroutinefunction(fixture) or isasyncgenfunction(fixture) for fixture in fixtures
    )


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may read the developer's settings or reach the developer's AWS account."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "LOGOSTREAM_", "OTEL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """`logostream up`: one for all tests of whole processes, as it trains a model before it is there."""
    assert (ROOT / ".venv-aws/bin/ministack").exists(), "run `make setup` first"
    with running(tmp_path_factory.mktemp("stack").resolve()) as started:
        yield started
