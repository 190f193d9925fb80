"""Drives `logostream up` and its commands as a user does: processes, an environment file, exit codes."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3

from tests import localstack
from tests.system.processes import (
    LOGOSTREAM,
    ROOT,
    base_environment,
    command_line,
    heed_ctrl_c,
    processes_in,
    wait_until,
)

UP_SECONDS = 600.0  # half a minute suffices, but for a machine that is busy
RECORDER = ROOT / "tests/system/recorder"
CALLS = "calls.jsonl"
LEARNT = ROOT / ".logostream/learnt"  # what the demo or an earlier stack learnt from the same pictures
# Videos are given to the first alone, unless they ask for both.
TOPIC = "videos-ended"
DETECTORS = [{"name": "logos"}, {"name": "words", "backend": "text", "words": ["Acme Bank", "Bolt & Sons"]}]
ENDED = {"COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCELLED"}


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A running `logostream up` in a folder of its own."""

    folder: Path
    environment: dict[str, str]

    @property
    def calls(self) -> Path:
        """Every call of its services to AWS, as tests/system/recorder writes them down."""
        return self.folder / CALLS

    def client(self, service: str) -> Any:
        """A client of the stack's AWS, or of its stand-in for Rekognition."""
        own = self.environment.get(f"AWS_ENDPOINT_URL_{service.upper()}")
        return boto3.client(
            service,
            endpoint_url=own or self.environment["AWS_ENDPOINT_URL"],
            region_name=self.environment["AWS_DEFAULT_REGION"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
        )

    def poison(self, *video: str) -> None:
        """Put a message that nobody can handle into every queue; returns when all are buried.

        Frames are received only while there is work, so a video is submitted besides, as often as needed.
        """
        sqs = self.client("sqs")
        # Only our own: nobody empties the queues of an installation that was beside us before.
        own = f"{self.environment['LOGOSTREAM_PREFIX']}-"
        urls = sqs.list_queues(QueueNamePrefix=own)["QueueUrls"]
        dead = [url for url in urls if url.endswith("-dead")]
        for url in set(urls) - set(dead):
            sqs.send_message(QueueUrl=url, MessageBody="{}")

        def buried_while_working() -> bool:
            self.wait_ended(self.submit("--again", *video))
            return all(_visible(sqs, url) for url in dead)

        wait_until(buried_while_working, 240, "poison to be buried")
        for url in dead:
            sqs.purge_queue(QueueUrl=url)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `logostream …` against the stack."""
        return subprocess.run(
            [*LOGOSTREAM, *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def submit(self, *words: str) -> list[str]:
        """Submit and return the ids of the videos."""
        done = self.command("submit", "--json", *words)
        assert done.returncode == 0, done.stderr
        return [each["video_id"] for each in json.loads(done.stdout)]

    def videos(self) -> dict[str, dict[str, Any]]:
        done = self.command("status", "--json")
        assert done.returncode == 0, done.stderr
        return {video["id"]: video for video in json.loads(done.stdout)["videos"]}

    def wait_ended(self, ids: list[str], seconds: float = 240.0) -> list[dict[str, Any]]:
        def ended() -> bool:
            rows = self.videos()
            return all(id_ in rows and rows[id_]["state"] in ENDED for id_ in ids)

        wait_until(ended, seconds, f"the end of {ids}")
        rows = self.videos()
        return [rows[id_] for id_ in ids]

    def wait_for_source(self, source: str) -> dict[str, Any]:
        """Wait for a video that nobody submitted, and for its end."""

        def ids() -> list[str]:
            return [id_ for id_, video in self.videos().items() if video["source"] == source]

        wait_until(lambda: bool(ids()), 60, f"a video from {source}")
        return self.wait_ended(ids())[0]

    def results(self, video_id: str, form: str) -> str:
        done = self.command("results", video_id, "--format", form)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def beside(self, prefix: str, settings: dict[str, str], *services: str) -> Iterator[LocalStack]:
        """Another installation on the same AWS, with these services; `detector:NAME` serves that one."""
        own = {
            **self.environment,
            "LOGOSTREAM_PREFIX": prefix,
            "LOGOSTREAM_VIDEOS_BUCKET": f"{prefix}-videos",
            **settings,
        }
        other = replace(self, environment=own)
        done = other.command("provision")
        assert done.returncode == 0, done.stderr
        started = [other._start(service) for service in services]
        try:
            yield other
        finally:
            for each in started:
                each.terminate()
            assert [each.wait(60) for each in started] == [0] * len(started)

    def _start(self, service: str) -> subprocess.Popen[bytes]:
        module, _, detector = service.partition(":")
        pages = {"LOGOSTREAM_HTTP_HOST": "127.0.0.1", "LOGOSTREAM_HTTP_PORT": "0"}
        served = {"LOGOSTREAM_DETECTOR": detector} if detector else {}
        with (self.folder / f"{self.environment['LOGOSTREAM_PREFIX']}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"services.{module}"],
                cwd=self.folder,
                env={**self.environment, **pages, **served},
                stdout=log,
                stderr=log,
            )

    def put(self, path: Path, bucket: str, key: str) -> str:
        """Lay a file into a bucket, as whoever uploads videos does; returns its address."""
        self.client("s3").upload_file(str(path), bucket, key)
        return f"s3://{bucket}/{key}"

    def pids(self, module: str) -> list[int]:
        """The processes of one service of this stack."""
        return [pid for pid in processes_in(self.folder) if f"services.{module}\0" in command_line(pid)]

    def samples(self, *names: str) -> list[str]:
        """The paths of sample videos, drawn if need be."""
        subprocess.run(
            [sys.executable, "-m", "services.samples", "--out", "samples"],
            cwd=self.folder,
            check=True,
            env=self.environment,
            capture_output=True,
        )
        return [str(self.folder / "samples" / f"{name}.mp4") for name in names]


def _visible(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    reply = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(reply["Attributes"][name])


def _stack_environment() -> dict[str, str]:
    return {
        **base_environment(),
        "LOGOSTREAM_PREFIX": "logostream",
        "LOGOSTREAM_DETECTORS": json.dumps(DETECTORS),
        "LOGOSTREAM_TOPIC_ARN": f"arn:aws:sns:us-east-1:000000000000:{TOPIC}",
        "LOGOSTREAM_EVENT_BUS": "default",
        "LOGOSTREAM_DASHBOARD_PORT": str(_free_port()),  # stacks of several test processes run side by side
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path) -> Iterator[LocalStack]:
    """`logostream up` for the time of the block; Ctrl-C at its end must leave no process behind."""
    _remember(folder / ".logostream")
    with (folder / "up.log").open("wb") as log:
        up = subprocess.Popen(
            [*LOGOSTREAM, "up"],
            cwd=folder,
            env={
                **_stack_environment(),
                **({"LOGOSTREAM_LOCALSTACK": str(localstack.PYTHON)} if localstack.PYTHON else {}),
                "PYTHONPATH": f"{RECORDER}:{ROOT}",
                "RECORD_CALLS": str(folder / CALLS),
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=heed_ctrl_c,
        )
    file = folder / ".logostream" / "env"
    try:
        wait_until(lambda: file.exists() or up.poll() is not None, UP_SECONDS, "logostream up")
        assert up.poll() is None, (folder / "up.log").read_text()
        stack = LocalStack(folder, {**_stack_environment(), **_sourced(file)})
        stack.client("sns").create_topic(Name=TOPIC)
        yield stack
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)
    assert not processes_in(folder)


def _remember(installation: Path) -> None:
    """Let a stack keep what it learns where the next one finds it: it takes more than a minute."""
    installation.mkdir()
    LEARNT.mkdir(parents=True, exist_ok=True)
    (installation / "learnt").symlink_to(LEARNT)


def _sourced(file: Path) -> dict[str, str]:
    printed = subprocess.run(
        ["bash", "-c", f"source '{file}' && env -0"], capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.split("=", 1) for line in printed.split("\0") if "=" in line)
    return {name: value for name, value in pairs if name.startswith(("AWS_", "LOGOSTREAM_"))}
