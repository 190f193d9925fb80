"""Plain tests keep away from fixtures that await: they would end the event loop of all others."""

from __future__ import annotations

from copy import copy

import pytest

from tests.conftest import needs_a_loop


@pytest.fixture
async def awaited() -> str:
    return "awaited"


async def test_only_a_test_that_is_async_itself_may_use_what_awaits(
    awaited: str, request: pytest.FixtureRequest
) -> None:
    async def waits(awaited: str) -> None: ...

    def waits_not(awaited: str) -> None: ...

    test = copy(request.node)
    test.obj = waits
    assert not needs_a_loop(test)
    test.obj = waits_not
    assert needs_a_loop(test)
