"""What a controller needs, as processes: the embedded AWS, and the stand-in with trained models."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from services.rekognition_local.resources.lifecycle import Version
from services.rekognition_local.resources.store import Project, Store
from shared.aws.clients import clients
from shared.aws.installation.provision import provision
from shared.config.settings import DetectingSettings, load
from shared.models.control import ModelState
from tests import ministack
from tests.system.processes import ROOT, base_environment

READY_WITHIN = 120.0  # seconds
PROJECT = "arn:aws:rekognition:us-east-1:000000000000:project/cups/1"


def model_arn(version: str) -> str:
    """The ARN of a model version of the stand-in's project."""
    return f"{PROJECT.removesuffix('/1')}/version/{version}/2"


@dataclass(frozen=True, slots=True)
class ControllerStack:
    """What runs, and where it is reached."""

    folder: Path
    environment: dict[str, str]
    stand_in: str
    http: ClientSession

    @asynccontextmanager
    async def process(
        self, name: str, *command: str, **environment: str
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """A service, from when it is ready; told to stop at the end of the block unless it has ended."""
        port = ministack.free_port()
        pages = {"LOGOSTREAM_HTTP_HOST": "127.0.0.1", "LOGOSTREAM_HTTP_PORT": str(port)}
        log = self.folder / f"{name}.log"
        with log.open("wb") as said:
            started = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *command,
                cwd=ROOT,
                env={**self.environment, **environment, **pages},
                stdout=said,
                stderr=said,
            )
        try:
            async with asyncio.timeout(READY_WITHIN):
                while not await self._ready(port):
                    assert started.returncode is None, log.read_text()
                    await asyncio.sleep(0.1)
            yield started
        finally:
            if started.returncode is None:
                started.terminate()
            await started.wait()

    async def _ready(self, port: int) -> bool:
        try:
            async with self.http.get(f"http://127.0.0.1:{port}/readyz"):
                return True
        except ClientError:
            return False

    async def bills(self) -> list[dict[str, Any]]:
        """The stand-in's bill of each model: `arn`, `state`, `units`, `unit_seconds`."""
        billing: dict[str, Any] = await self.admin("billing")
        versions: list[dict[str, Any]] = billing["versions"]
        return versions

    async def admin(self, page: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Read an admin page of the stand-in, or change what it is about."""
        url = f"{self.stand_in}/_admin/{page}"
        asked = self.http.get(url) if change is None else self.http.post(url, json=change)
        async with asked as reply:
            told: dict[str, Any] = await reply.json()
        return told


@asynccontextmanager
async def controller_stack(
    folder: Path, monkeypatch: pytest.MonkeyPatch, versions: tuple[str, ...], **settings: str
) -> AsyncIterator[ControllerStack]:
    """A stack with these trained versions and empty tables; `settings` are for its processes and for us."""
    ministack.require()
    store = Store(folder / "rekognition")
    store.put_project(Project(PROJECT, "cups", 1))
    for name in versions:
        store.put_version(_trained(name))
    port = ministack.free_port()
    stand_in = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        variables = {
            "AWS_ENDPOINT_URL": stack.enter_context(ministack.running(folder)),
            "AWS_ENDPOINT_URL_REKOGNITION": stand_in,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "LOGOSTREAM_REKOGNITION_PORT": str(port),
            "LOGOSTREAM_STATE_DIR": str(folder / "rekognition"),
            "LOGOSTREAM_MODEL_ARN": model_arn(versions[0]),
            "LOGOSTREAM_PROJECT_ARN": PROJECT,
            **settings,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        environment = {**base_environment(), **variables, "HOME": os.environ["HOME"]}
        http = await stack.enter_async_context(ClientSession(raise_for_status=True))
        made = ControllerStack(folder, environment, stand_in, http)
        await stack.enter_async_context(made.process("stand-in", "services.rekognition_local"))
        async with clients() as aws:
            await provision(aws, load(DetectingSettings), "logostream-videos")
        yield made


def _trained(name: str) -> Version:
    state = ModelState.TRAINING_COMPLETED
    return Version(model_arn(name), PROJECT, name, 2, state, 0.0, "ready", {}, {}, {"S3Bucket": "b"})
