"""The manifests of deploy/kubernetes: valid for Kubernetes and KEDA, confined, and with time to drain."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import tools

FOLDER = tools.ROOT / "deploy/kubernetes"
OVERLAYS = ("eks", "local")
SERVICES = ("extractor", "detector", "aggregator", "controller")

pytestmark = [pytest.mark.real_time, pytest.mark.timeout(300)]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", params=OVERLAYS)
def manifest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay as it is applied."""
    built = run(tools.need("kustomize"), "build", str(FOLDER / "overlays" / request.param))
    assert built.returncode == 0, built.stderr
    path = tmp_path_factory.mktemp("kubernetes") / f"{request.param}.yaml"
    path.write_text(built.stdout)
    return path


def resources(manifest: Path, kind: str) -> dict[str, dict[str, Any]]:
    every = yaml.safe_load_all(manifest.read_text())
    return {each["metadata"]["name"]: each for each in every if each["kind"] == kind}


def valid(manifest: Path) -> subprocess.CompletedProcess[str]:
    return run(tools.need("kubernetes-validate"), "--strict", "--no-warn", str(manifest))


def test_an_overlay_is_valid_for_kubernetes(manifest: Path) -> None:
    checked = valid(manifest)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_misspelt_field_would_be_found(manifest: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(manifest.read_text().replace("readinessProbe", "readynessProbe"))
    assert valid(broken).returncode != 0


def test_what_scales_is_valid_for_keda(manifest: Path) -> None:
    python = str(Path(tools.need("kubernetes-validate")).with_name("python"))
    checked = run(python, str(Path(__file__).with_name("keda.py")), str(manifest))
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_is_confined(manifest: Path, service: str) -> None:
    pod = resources(manifest, "Deployment")[service]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_has_time_to_drain(manifest: Path, service: str) -> None:
    pod = resources(manifest, "Deployment")[service]["spec"]["template"]["spec"]
    poll, drain, deletes = 5, 20, 5
    assert pod["terminationGracePeriodSeconds"] >= poll + drain + deletes


@pytest.mark.parametrize("service", SERVICES)
def test_a_disruption_takes_one_pod_at_a_time(manifest: Path, service: str) -> None:
    budget = resources(manifest, "PodDisruptionBudget")[service]["spec"]
    selected = resources(manifest, "Deployment")[service]["spec"]["selector"]
    assert budget["maxUnavailable"] == 1
    assert budget["selector"]["matchLabels"].items() >= selected["matchLabels"].items()


def test_work_in_flight_keeps_its_workers(manifest: Path) -> None:
    for scaled in resources(manifest, "ScaledObject").values():
        for trigger in scaled["spec"]["triggers"]:
            assert trigger["metadata"]["scaleOnInFlight"] == "true"


def test_everything_is_closed_unless_a_policy_opens_it(manifest: Path) -> None:
    closed = resources(manifest, "NetworkPolicy")["closed"]["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
