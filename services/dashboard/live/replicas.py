"""Looks at the services' own pages: which replicas there are, whether they are ready, and what they count."""

from __future__ import annotations

import asyncio
import socket
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

TIMEOUT = aiohttp.ClientTimeout(total=1.5)
SILENT = "does not answer"
PREFIX = "logostream_"

Counters = Mapping[tuple[str, str], float]  # by metric and the value of its last label


@dataclass(frozen=True, slots=True)
class Replica:
    """One process of a service, as it is now; `unready` is its reason in words, or None when it is ready."""

    service: str
    address: str
    unready: str | None
    at: float
    counters: Counters

    @property
    def silent(self) -> bool:
        return self.unready == SILENT


class Replicas:
    """Finds and asks all replicas; a host name that stands for several machines gives one each."""

    def __init__(self, http: aiohttp.ClientSession, services: Mapping[str, Iterable[str]]) -> None:
        self._http = http
        self._services = services

    async def look(self, now: float) -> tuple[Replica, ...]:
        """Ask every replica at once; one that does not answer is reported as silent."""
        pages = [(name, page) for name, pages in self._services.items() for page in pages]
        found = await asyncio.gather(*[_machines(page) for _, page in pages])
        asked = [
            self._ask(name, address, now)
            for (name, _), addresses in zip(pages, found, strict=True)
            for address in addresses
        ]
        return tuple(await asyncio.gather(*asked))

    async def _ask(self, service: str, address: str, now: float) -> Replica:
        try:
            async with self._http.get(f"{address}/readyz", timeout=TIMEOUT) as reply:
                words = (await reply.text()).strip()
                unready = None if reply.status == 200 else words
            async with self._http.get(f"{address}/metrics", timeout=TIMEOUT) as reply:
                counters = read_counters(await reply.text())
        except (aiohttp.ClientError, TimeoutError):
            return Replica(service, address, SILENT, now, {})
        return Replica(service, address, unready, now, counters)


async def _machines(page: str) -> list[str]:
    """One address per machine behind the page's host name."""
    url = urlsplit(page)
    port = url.port or 80
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(
            url.hostname, port, family=socket.AF_INET, type=socket.SOCK_STREAM
        )
    except OSError:
        return [f"{url.scheme}://{url.netloc}"]  # which will be silent
    return [f"{url.scheme}://{ip}:{port}" for ip in sorted({str(answer[4][0]) for answer in answers})]


def read_counters(text: str) -> Counters:
    """Our counters in Prometheus's text format, summed by name and the value of the last label."""
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for family in text_string_to_metric_families(text):
        if family.name.startswith(PREFIX) and family.type == "counter":
            for sample in family.samples:
                label = next(reversed(sample.labels.values()), "")
                sums[sample.name.removeprefix(PREFIX), label] += sample.value
    return sums
