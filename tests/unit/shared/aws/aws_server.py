"""A server that answers as AWS would, word for word as the test says, so that botocore itself reads it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from shared.runtime.listening import listening

CUT = "cut the connection"


class AwsServer:
    """Answers requests with `replies` in turn; `requests` holds what was asked, by operation."""

    def __init__(self) -> None:
        self.address = ""
        self.replies: deque[web.StreamResponse | str] = deque()
        self.requests: list[tuple[str, Any]] = []

    def will_answer(self, body: Any, status: int = 200) -> None:
        """Answer the next request with this JSON."""
        self.replies.append(web.json_response(body, status=status, content_type="application/x-amz-json-1.1"))

    def will_fail(self, code: str, status: int = 400, message: str = "no", **more: Any) -> None:
        """Answer the next request with an AWS error."""
        self.will_answer({"__type": code, "message": message, "Message": message, **more}, status)

    def will_cut(self) -> None:
        """Promise the next request a body, and close the connection in the middle of it."""
        self.replies.append(CUT)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        operation = request.headers.get("X-Amz-Target", request.path).rsplit(".", 1)[-1]
        text = await request.text()
        self.requests.append((operation, json.loads(text) if text.startswith("{") else text))
        reply = self.replies.popleft()
        return reply if not isinstance(reply, str) else await _cut(request)


async def _cut(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse(headers={"Content-Length": "1000", "ETag": '"e"'})
    await reply.prepare(request)
    await reply.write(b"half")
    assert request.transport
    request.transport.close()
    return reply


@asynccontextmanager
async def serving(server: AwsServer) -> AsyncIterator[str]:
    """Run the server on a free port; yields its address."""
    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", server.answer)])
    async with listening(app, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"
