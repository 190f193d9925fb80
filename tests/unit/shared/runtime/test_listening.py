"""A port that is taken is a sentence with its cure."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web

from shared.runtime.listening import CannotListen, listening

HOST = "127.0.0.1"
pytestmark = pytest.mark.real_time


async def test_a_free_port_is_found_and_let_go_at_the_end() -> None:
    async with (
        listening(web.Application(), HOST, 0) as port,
        aiohttp.ClientSession() as http,
        http.get(f"http://{HOST}:{port}/") as reply,
    ):
        assert reply.status == 404
    async with listening(web.Application(), HOST, port) as again:
        assert again == port


async def test_a_port_that_is_taken_is_a_sentence_that_names_the_setting() -> None:
    async with listening(web.Application(), HOST, 0) as port:
        with pytest.raises(CannotListen, match=rf"{HOST}:{port} .*: set LOGOSTREAM_PORT to a free port"):
            async with listening(web.Application(), HOST, port, "LOGOSTREAM_PORT"):
                raise AssertionError
