"""The public keys that an Application Load Balancer signs its claims with, fetched by their ids.

Addresses: Elastic Load Balancing guide, "Authenticate users using an Application Load Balancer".
"""

from __future__ import annotations

import re
import time

import aiohttp

from services.dashboard.guard.rate_limit import RateLimit

TIMEOUT = aiohttp.ClientTimeout(total=3)
FETCHES_PER_MINUTE = 10  # keys change seldom; ids that somebody made up are not to cost us more
_KEY_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KeysUnreachable(Exception):
    """The keys cannot be fetched, so that nobody's claims can be verified."""


def address_of_keys(balancer_arn: str) -> str:
    """Where the keys of a load balancer's region are; with a key's id behind it, the key.

    >>> address_of_keys("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c49")
    'https://public-keys.auth.elb.eu-west-1.amazonaws.com/'
    """
    _, partition, _, region, *_ = balancer_arn.split(":")
    if partition == "aws-us-gov":
        return f"https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}/"
    return f"https://public-keys.auth.elb.{region}.amazonaws.com/"


class AlbKeys:
    """Fetches each key once."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http = http
        self._address = address
        self._known: dict[str, str] = {}
        self._fetches = RateLimit(FETCHES_PER_MINUTE)

    async def key(self, key_id: str) -> str | None:
        """The key as PEM, None where there is none of that id; raises `KeysUnreachable`."""
        if key_id not in self._known:
            # Of no other form: it becomes a part of an address.
            if not _KEY_ID.fullmatch(key_id) or not self._fetches.take("", time.monotonic()):
                return None
            found = await self._fetch(key_id)
            if found is None:
                return None
            self._known[key_id] = found
        return self._known[key_id]

    async def _fetch(self, key_id: str) -> str | None:
        url = self._address + key_id
        try:
            async with self._http.get(url, timeout=TIMEOUT, allow_redirects=False) as reply:
                if reply.status >= 500:
                    raise KeysUnreachable(f"{url} answers {reply.status}")
                return await reply.text() if reply.status == 200 else None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise KeysUnreachable(f"{url} does not answer: let the dashboard reach it") from error
