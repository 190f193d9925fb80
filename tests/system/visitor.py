"""Somebody who looks at every page of the dashboard and hands things in, as a browser would."""

from __future__ import annotations

import json
import re
from http.cookiejar import CookieJar
from typing import Any
from urllib.request import HTTPCookieProcessor, Request, build_opener

PAGES = ["/", "/videos", "/brands", "/model", "/review", "/review.manifest"]
OF_A_VIDEO = ["", "/frames.json", "/film", "/results/summary.json"]


class Visitor:
    """A browser's session with the dashboard at an address."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._token = re.findall(r'name="csrf" content="([^"]+)"', self.get("/"))[0]

    def get(self, path: str) -> str:
        with self._opener.open(f"{self._address}{path}", timeout=30) as reply:
            return str(reply.read().decode(errors="replace"))

    def post(self, path: str, body: Any) -> None:
        headers = {"X-CSRF-Token": self._token, "Content-Type": "application/json"}
        request = Request(f"{self._address}{path}", json.dumps(body).encode(), headers)
        with self._opener.open(request, timeout=30) as reply:
            reply.read()

    def visit(self, video_id: str, source: str) -> None:
        """See all there is to see of the installation and of a video, and hand that video in again."""
        for path in PAGES + [f"/videos/{video_id}{part}" for part in OF_A_VIDEO]:
            self.get(path)
        frames = json.loads(self.get(f"/videos/{video_id}/frames.json"))["frames"]
        image = next(frame["image"] for frame in frames if frame.get("image"))
        self.get(f"/videos/{video_id}/frames/{image}.jpg")
        self.post("/uploads", {"name": "new.mp4", "size": 1000, "modified": 0})
        self.post("/videos", {"address": source})
        self.post("/queues/results/redrive", {})
