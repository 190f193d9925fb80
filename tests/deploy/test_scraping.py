"""Prometheus finds with deploy/prometheus/kubernetes.yml every replica of ours, once, and nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import tools
from tests.deploy.manifests import SERVICES, resources, run

CONFIG = tools.ROOT / "deploy/prometheus/kubernetes.yml"
NAMESPACE = JOB = "logostream"
PATIENCE = (1, 5, 25)  # seconds that promtool looks for, in full; one suffices on a quiet machine

pytestmark = [pytest.mark.real_time, pytest.mark.timeout(120)]


def pods(manifest: Path) -> list[dict[str, Any]]:
    """A running pod of each Deployment, and a detector's that was evicted."""
    deployments = resources(manifest, "Deployment")
    running = [pod(name, n, deployments[name], "Running") for n, name in enumerate(sorted(deployments))]
    return [*running, pod("evicted", len(running), deployments["detector"], "Failed")]


def pod(name: str, number: int, deployment: dict[str, Any], phase: str) -> dict[str, Any]:
    template = deployment["spec"]["template"]
    own = {"name": name, "namespace": NAMESPACE, "uid": name}
    return {
        "metadata": {**template["metadata"], **own},
        "spec": template["spec"],
        "status": {"phase": phase, "podIP": f"10.0.0.{number}"},
    }


@contextmanager
def cluster(items: list[dict[str, Any]]) -> Iterator[str]:
    """What Kubernetes' API says of these pods; yields its address."""
    listed = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items}
    answers = {f"/api/v1/namespaces/{NAMESPACE}/pods": json.dumps(listed).encode()}
    over = threading.Event()

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = answers.get(path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if "watch=true" in query:
                over.wait()  # nothing ever changes
            elif body:
                self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()


def found(config: Path) -> list[dict[str, str]]:
    """The labels of every target that Prometheus would scrape."""
    for seconds in PATIENCE:
        words = ("check", "service-discovery", f"--timeout={seconds}s", str(config), JOB)
        looked = run(tools.need("promtool"), *words)
        if "kubernetes_sd_configs not found" in looked.stderr:
            tools.lacking("this promtool knows no Kubernetes: Debian's does, from trixie on")
        if looked.returncode == 0 and (targets := json.loads(looked.stdout)):
            return [each["labels"] for each in targets if each["labels"]]
    pytest.fail(looked.stdout + looked.stderr)


@pytest.fixture
def targets(manifest: Path, tmp_path: Path) -> list[dict[str, str]]:
    config = yaml.safe_load(CONFIG.read_text())
    with cluster(pods(manifest)) as address:
        config["scrape_configs"][0]["kubernetes_sd_configs"][0]["api_server"] = address
        file = tmp_path / "prometheus.yml"
        file.write_text(yaml.safe_dump(config))
        return found(file)


def test_every_living_pod_of_ours_is_scraped_once_under_its_own_name(
    manifest: Path, targets: list[dict[str, str]]
) -> None:
    addresses = {each["metadata"]["name"]: each["status"]["podIP"] for each in pods(manifest)}
    assert sorted(target["instance"] for target in targets) == sorted(SERVICES)
    assert {target["instance"]: target["__address__"] for target in targets} == {
        name: f"{addresses[name]}:8080" for name in SERVICES
    }
    assert {target["job"] for target in targets} == {JOB}
