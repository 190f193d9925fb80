"""`logostream stand-in`: the stand-in for Rekognition and an S3 beside it, for other programs to use."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.cli.local.installation import (
    ACCOUNT,
    FOLDER,
    LOGS,
    embedded_aws,
    local_settings,
    write_environment,
)
from services.cli.local.stack import Stack, free_port
from services.cli.local.telling import elsewhere
from shared.runtime.command import Failure, run

WATCH_SECONDS = 1.0

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port of the stand-in on the loopback.")]
State = Annotated[Path, typer.Option("--state", help="Folder where projects and models are kept.")]


def stand_in(port: Port = 4570, state: State = FOLDER / "stand-in") -> None:
    """Run the stand-in for Amazon Rekognition, with an S3 beside it, until Ctrl-C.

    Projects, datasets and models outlive it; what is in its S3 does not.

    Example: logostream stand-in --port 4570
    """
    run(_stand_in(port, state))


async def _stand_in(port: int, state: Path) -> None:
    settings = local_settings()
    if free_port(port) != port:
        raise Failure(f"port {port} is taken: choose another --port, or stop what listens there")
    async with Stack(LOGS) as stack:
        s3 = await embedded_aws(stack, settings, free_port())
        environment = {
            "AWS_ENDPOINT_URL": s3,
            "LOGOSTREAM_REKOGNITION_PORT": str(port),
            "LOGOSTREAM_STATE_DIR": str(state),
        }
        await stack.start_service("rekognition", "rekognition_local", environment)
        rekognition = f"http://127.0.0.1:{port}"
        path = write_environment(
            {**ACCOUNT, "AWS_ENDPOINT_URL": s3, "AWS_ENDPOINT_URL_REKOGNITION": rekognition},
            FOLDER / "stand-in.env",
        )
        typer.echo(f"Rekognition is at {rekognition}, its S3 at {s3}")
        typer.echo(f"in another terminal: {elsewhere(path, 'model create')}\nCtrl-C stops both")
        while True:
            await stack.tend()
            await asyncio.sleep(WATCH_SECONDS)
