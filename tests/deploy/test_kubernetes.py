"""The manifests of deploy/kubernetes: valid for Kubernetes and KEDA, confined, and with time to drain."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from shared.aws.installation.queues import lane_names
from tests import stopping, tools
from tests.deploy.manifests import SERVICES, resources, run
from tests.settings_table import READERS

pytestmark = [pytest.mark.real_time, pytest.mark.timeout(300)]


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
    assert pod["terminationGracePeriodSeconds"] >= stopping.SECONDS


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


def test_queues_are_measured_where_the_services_find_them(manifest: Path) -> None:
    triggers = [
        trigger["metadata"]
        for scaled in resources(manifest, "ScaledObject").values()
        for trigger in scaled["spec"]["triggers"]
    ]
    detectors = [*lane_names("logostream-frames-logos"), *lane_names("logostream-frames-words")]
    others = ["logostream-videos", "logostream-chunks", "logostream-results"]
    assert sorted(each["queueURL"] for each in triggers) == sorted([*detectors, *others])
    assert len({each.get("awsEndpoint") for each in triggers}) == 1
    assert {each["awsRegion"] for each in triggers} == {settings(manifest)["AWS_DEFAULT_REGION"]}


def settings(manifest: Path) -> dict[str, str]:
    """What all services of ours are told."""
    [(_, told)] = [
        each for each in resources(manifest, "ConfigMap").items() if each[0].startswith("logostream-")
    ]
    data: dict[str, str] = told["data"]
    return data


def test_every_setting_named_there_is_one(manifest: Path) -> None:
    known = {f"LOGOSTREAM_{name.upper()}" for kind in READERS.values() for name in kind.model_fields}
    assert set(re.findall(r"LOGOSTREAM_[A-Z_]+", manifest.read_text())) <= known


def test_a_further_detector_is_told_which_it_is_and_scaled_by_itself(manifest: Path) -> None:
    pods = resources(manifest, "Deployment")
    first, further = (pods[name]["spec"] for name in ("detector", "detector-words"))
    told = further["template"]["spec"]["containers"][0]["env"]
    scaled = resources(manifest, "ScaledObject")["detector-words"]["spec"]["scaleTargetRef"]
    assert told == [{"name": "LOGOSTREAM_DETECTOR", "value": "words"}]
    assert scaled == {"name": "detector-words"}
    ours = first["selector"]["matchLabels"].items()
    assert not ours <= further["template"]["metadata"]["labels"].items()


def test_a_further_detector_has_the_image_and_the_settings_of_the_first(manifest: Path) -> None:
    pods = resources(manifest, "Deployment")
    [ours], [theirs] = (
        pods[name]["spec"]["template"]["spec"]["containers"] for name in ("detector", "detector-words")
    )
    assert [ours["image"], ours["envFrom"]] == [theirs["image"], theirs["envFrom"]]


def test_the_dashboard_finds_every_service_and_is_let_in(manifest: Path) -> None:
    [dashboard] = resources(manifest, "Deployment")["dashboard"]["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in dashboard["env"]}
    watched = json.loads(told["LOGOSTREAM_DASHBOARD_SERVICES"])
    found = resources(manifest, "Service")
    for [address] in watched.values():
        name = address.removeprefix("http://").removesuffix(":8080")
        assert found[name]["spec"]["clusterIP"] == "None"  # it stands for every replica
    labels = resources(manifest, "Deployment")["detector-words"]["spec"]["template"]["metadata"]["labels"]
    assert found["detector"]["spec"]["selector"].items() <= labels.items()
    assert resources(manifest, "NetworkPolicy")["asked-by-dashboard"]["spec"]["ingress"]


def test_everything_is_closed_unless_a_policy_opens_it(manifest: Path) -> None:
    closed = resources(manifest, "NetworkPolicy")["closed"]["spec"]
    assert closed == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_services_call_names_and_aws_and_are_called_by_prometheus(manifest: Path) -> None:
    policies = resources(manifest, "NetworkPolicy")
    calls, scraped = policies["calls-aws"]["spec"]["egress"], policies["scraped"]["spec"]["ingress"]
    agent = "169.254.170.23/32"  # of EKS, for the services' identities
    assert [[port["port"] for port in way["ports"]] for way in calls] == [[53, 53], [443], [80]]
    assert calls[-1]["to"] == [{"ipBlock": {"cidr": agent}}]
    [way] = scraped
    assert way["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "monitoring"}
    assert [port["port"] for port in way["ports"]] == ["pages"]
