"""LocalStack without a container, in the place of MiniStack for S3, SQS and CloudWatch.

Its DynamoDB wants downloads, so MiniStack's stays. It needs Python 3.13 or newer, so an environment of its
own (`make setup-localstack`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def command(python: Path) -> list[str]:
    """How it is started, by the Python that has it."""
    return [str(python), "-m", "localstack.runtime.main"]


def environment(port: int, folder: Path) -> dict[str, str]:
    """What it reads: where to listen, and that it may fetch nothing. `folder` keeps what it stores."""
    return {
        # The loopback as IPv6 writes it: of an IPv4 address it takes the port alone, and listens on every
        # interface. Not ::1, for it calls itself at `localhost`.
        "GATEWAY_LISTEN": f"[::ffff:127.0.0.1]:{port}",
        "GATEWAY_SERVER": "twisted",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "FILESYSTEM_ROOT": str(folder.resolve()),
    }


def address(port: int) -> str:
    """Where it answers."""
    return f"http://127.0.0.1:{port}"


def health(port: int) -> str:
    """The page that says it is up."""
    return f"{address(port)}/_localstack/health"


def endpoints(port: int, dynamodb: str) -> Mapping[str, str]:
    """The variables that lead to it, and to MiniStack for DynamoDB."""
    return {"AWS_ENDPOINT_URL": address(port), "AWS_ENDPOINT_URL_DYNAMODB": dynamodb}
