"""The local installation: embedded AWS, the Rekognition stand-in, a trained model, and every service."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import shlex
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from services.cli.local import localstack
from services.cli.local.stack import Stack, free_port
from services.cli.local.training import Model, train
from services.cli.settings import ROOT, CliSettings
from shared.aws.clients import clients
from shared.aws.installation.provision import provision
from shared.config.settings import PREFIX, load
from shared.runtime.command import Failure

FOLDER = Path(".logostream")  # logs and state of the local stack, below the working directory
LOGS = FOLDER / "logs"
PROJECT = "logostream-local"
MINISTACK = "ministack==1.5.33"  # as requirements/embedded-aws.in has it
ENVIRONMENT, TARGETS = "env", "targets.json"
DASHBOARD_PORT = 8090  # where it is free
ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    # Nothing local may ever reach a real account.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
QUICK = {  # a local run has no ten minutes to wait for a model
    "LOGOSTREAM_VISIBILITY_SECONDS": "10",
    "LOGOSTREAM_TICK_SECONDS": "0.5",
    "LOGOSTREAM_WATCH_SECONDS": "2",
    "LOGOSTREAM_LEASE_SECONDS": "5",
    "LOGOSTREAM_START_BILLING": "unbilled",
    "LOGOSTREAM_GATE_POLL_SECONDS": "0.5",
    "LOGOSTREAM_INITIAL_RATE": "4",
    "LOGOSTREAM_START_SECONDS": "3",
    "LOGOSTREAM_STOP_SECONDS": "1",
    "LOGOSTREAM_CHANGE_SECONDS": "0.2",
    "LOGOSTREAM_POLL_SECONDS": "0.5",
}


def local_settings() -> CliSettings:
    """Turn this process, and so its children, away from any real account and to the local pace."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(ACCOUNT)
    for name, value in QUICK.items():
        os.environ.setdefault(name, value)
    return load(CliSettings)


@asynccontextmanager
async def local_stack() -> AsyncIterator[Stack]:
    """An empty stack in a clean folder; raises `Failure` while another one runs there.

    Services belong in a stack of their own inside it: they need AWS to drain into.
    """
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(f"another local stack runs in {FOLDER.resolve()}: stop it first") from None
        for left in ("rekognition", "work", "localstack"):  # of a stack that was killed
            shutil.rmtree(FOLDER / left, ignore_errors=True)
        try:
            async with Stack(LOGS) as stack:
                yield stack
        finally:
            for name in (ENVIRONMENT, TARGETS):  # they lead nowhere any more
                (FOLDER / name).unlink(missing_ok=True)


async def start_aws(stack: Stack, settings: CliSettings) -> dict[str, str]:
    """Start the embedded AWS and the Rekognition stand-in; this process and its children then use them.

    Returns the environment that leads there; raises `Failure` when the embedded AWS is not installed.
    """
    aws, rekognition = free_port(), free_port()
    endpoints = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{aws}",
        "AWS_ENDPOINT_URL_REKOGNITION": f"http://127.0.0.1:{rekognition}",
    }
    os.environ.update(endpoints)
    address = await embedded_aws(stack, settings, aws)
    if settings.localstack:
        endpoints |= await _start_localstack(stack, settings.localstack, address)
        os.environ.update(endpoints)
    stand_in = {
        "LOGOSTREAM_REKOGNITION_PORT": str(rekognition),
        "LOGOSTREAM_STATE_DIR": str(FOLDER / "rekognition"),
        "LOGOSTREAM_LEARNT_DIR": str(FOLDER / "learnt"),
    }
    await stack.start_service("rekognition", "rekognition_local", stand_in)
    return {**ACCOUNT, **endpoints, **_given()}


def _given() -> dict[str, str]:
    """The settings that another terminal must share, lest its commands see another installation."""
    known = {f"{PREFIX}{name.upper()}" for name in CliSettings.model_fields}
    shared = {name: os.environ[name] for name in sorted(known | QUICK.keys()) if name in os.environ}
    return {f"{PREFIX}PROJECT": PROJECT, **shared}


async def embedded_aws(stack: Stack, settings: CliSettings, port: int) -> str:
    """Start the embedded AWS; its address. Raises `Failure` when it is not installed."""
    if not settings.ministack.is_file():
        raise Failure(f"{settings.ministack} does not exist: {_how_to_install(ROOT)}")
    # Without BIND_HOST the emulator would listen on every interface.
    embedded = await stack.start(
        "embedded-aws",
        [str(settings.ministack)],
        {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "PERSIST_STATE": "0"},
    )
    address = f"http://127.0.0.1:{port}"
    await stack.until_answers(embedded, f"{address}/_ministack/health")
    return address


def _how_to_install(root: Path) -> str:
    if (root / "Makefile").is_file():
        return "run `make setup`, or set LOGOSTREAM_MINISTACK"
    # An installed wheel has no folder of the project around it.
    return (
        f"run `python -m venv aws && aws/bin/pip install {MINISTACK}`, "
        "and set LOGOSTREAM_MINISTACK=aws/bin/ministack"
    )


async def _start_localstack(stack: Stack, python: Path, ministack: str) -> Mapping[str, str]:
    port = free_port()
    child = await stack.start(
        "localstack", localstack.command(python), localstack.environment(port, FOLDER / "localstack")
    )
    await stack.until_answers(child, localstack.health(port))
    return localstack.endpoints(port, dynamodb=ministack)


async def make_model(stack: Stack, settings: CliSettings, logos: Path) -> Model:
    """Create all queues, buckets and tables, and train the stand-in on the pictures."""
    async with clients() as aws:
        await provision(aws, settings, settings.videos_bucket)
    return await train(stack, logos, PROJECT)


async def start_services(stack: Stack, settings: CliSettings, model: Model) -> dict[str, str]:
    """Start every service as a process of its own; returns the environment that names the model."""
    environment = {**model.environment, "LOGOSTREAM_WORK_DIR": str(FOLDER / "work")}
    async with asyncio.TaskGroup() as starts:
        for module in ("extractor", "controller", "aggregator"):
            starts.create_task(stack.start_service(module, module, environment))
        for detector in settings.detector_names:
            own = {**environment, "LOGOSTREAM_DETECTOR": detector}
            for n in range(1, settings.detector_replicas + 1):
                starts.create_task(stack.start_service(f"detector-{detector}-{n}", "detector", own))
    return model.environment


async def start_dashboard(stack: Stack, model: Model) -> str:
    """Start the page that shows the stack's services, which run already; returns its address."""
    pages: defaultdict[str, list[str]] = defaultdict(list)
    for child in stack.children:
        pages[child.name.partition("-")[0]].append(child.pages)  # detector-1 is a detector
    port = free_port(int(os.environ.get("LOGOSTREAM_DASHBOARD_PORT", DASHBOARD_PORT)))
    environment = {
        **model.environment,
        "LOGOSTREAM_DASHBOARD_PORT": str(port),
        "LOGOSTREAM_DASHBOARD_SERVICES": json.dumps(pages),
    }
    await stack.start_service("dashboard", "dashboard", environment)
    return f"http://127.0.0.1:{port}/"


def write_targets(stack: Stack) -> Path:
    """Leave the addresses of all services' metrics in a file of targets that Prometheus can read."""
    path = FOLDER / TARGETS
    targets = [child.pages.removeprefix("http://") for child in stack.children]
    path.write_text(json.dumps([{"targets": targets}]))
    return path


def write_environment(environment: Mapping[str, str], path: Path = FOLDER / ENVIRONMENT) -> Path:
    """Leave the environment in a file that a shell can source."""
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()))
    return path
