"""Each image has what its service imports, and no more of the project than its own service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import stopping, tools
from tests.settings_table import READERS

ROOT = Path(__file__).parents[3]
IMAGES = ROOT / "requirements/images"
DOCKERFILE = (ROOT / "deploy/docker/Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ("extractor", "detector", "controller", "aggregator", "dashboard")
SERVICES = [*OURS, "rekognition_local", "cli", "trainer", "samples"]
TARGETS = {"rekognition_local": "rekognition", "trainer": "cli", "samples": "cli"}  # or its own name
IMPORTS = "import {}, sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
IF_IT_IS_THERE = {"certifi"}  # botocore's certificates; it has its own
FINDS_EVERYTHING = {"_pytest", "coverage", "pip", "pkg_resources", "setuptools"}  # the test's own environment

distributions = cache(packages_distributions)


def locked(image: str) -> set[str]:
    """The packages of a lock file."""
    return set(re.findall(r"^([a-z0-9._-]+)==", (IMAGES / f"{image}.lock").read_text(), re.MULTILINE))


def image_of(service: str) -> str:
    """The set of packages that the Dockerfile gives a service."""
    target = TARGETS.get(service, service)
    found = re.search(rf"^FROM service AS {target}\nCOPY --from=(\w+)-packages", DOCKERFILE, re.MULTILINE)
    assert found, f"the Dockerfile has no target {target}"
    return found[1]


def imported(service: str) -> set[str]:
    """The distributions that importing a service needs."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS.format(f"services.{service}.__main__")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    names = {name for module in done.stdout.split() for name in distributions().get(module, ())}
    return (
        {re.sub(r"[-_.]+", "-", name).lower() for name in names}
        - FINDS_EVERYTHING
        - IF_IT_IS_THERE
        - {"logostream"}
    )


@pytest.mark.real_time
@pytest.mark.parametrize("service", SERVICES)
def test_an_image_has_what_its_service_imports(service: str) -> None:
    image = image_of(service)
    missing = imported(service) - locked(image)
    assert not missing, f"add them to requirements/images/{image}.in and run `make lock`"


def test_the_detector_carries_neither_opencv_nor_ffmpeg() -> None:
    assert not {"opencv-python-headless", "av", "numpy"} & locked(image_of("detector"))


@pytest.mark.parametrize("image", ["core", "media", "pages", "reports", "tools", "tracing"])
def test_images_have_the_versions_that_are_tested(image: str) -> None:
    def versions(lock: Path) -> set[str]:
        found = re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?(==\S+)", lock.read_text(), re.MULTILINE)
        return {name + version for name, version in found}

    assert versions(IMAGES / f"{image}.lock") <= versions(ROOT / "requirements/logostream.lock")


@pytest.mark.parametrize("service", [*OURS, "rekognition", "prepare"])
def test_a_container_is_confined(service: str) -> None:
    container = COMPOSE["services"][service]
    assert container["read_only"]
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", OURS)
def test_a_container_has_time_to_drain(service: str) -> None:
    assert int(COMPOSE["services"][service]["stop_grace_period"].removesuffix("s")) >= stopping.SECONDS


def test_pages_are_published_on_the_loopback_only() -> None:
    ports = [port for container in COMPOSE["services"].values() for port in container.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("file", ["docker-compose.yml", ".env.example", "deploy/docker/Dockerfile"])
def test_every_setting_named_there_is_one(file: str) -> None:
    known = {name.upper() for kind in READERS.values() for name in kind.model_fields}
    assert set(re.findall(r"LOGOSTREAM_([A-Z0-9_]+)", (ROOT / file).read_text())) <= known


@pytest.mark.parametrize("service", [*OURS, "rekognition", "prepare", "cli"])
def test_settings_in_the_file_env_reach_every_service(service: str) -> None:
    assert COMPOSE["services"][service]["env_file"] == [{"path": ".env", "required": False}]


def test_what_the_compose_file_asks_for_is_told_in_the_example_of_env() -> None:
    told = set(re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert {name for name in asked - told if not name.startswith("LOGOSTREAM_")} == {"REVISION"}


def test_prometheus_scrapes_every_service() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    [job] = config["scrape_configs"]
    assert set(job["dns_sd_configs"][0]["names"]) == set(OURS)


@pytest.mark.real_time
@pytest.mark.parametrize("files", [[], ["deploy/docker/embedded.yml"]], ids=["localstack", "embedded"])
def test_docker_compose_reads_it(files: list[str]) -> None:
    chosen = [word for file in ["docker-compose.yml", *files] for word in ("-f", file)]
    done = subprocess.run(
        [tools.need("docker-compose"), *chosen, "--profile", "cli", "config", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
