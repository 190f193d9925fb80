"""Whom an Application Load Balancer has signed in: its claims about the user, verified.

Format: Elastic Load Balancing guide, "Authenticate users using an Application Load Balancer": a JWT, signed
with ES256, whose header names the key (`kid`), the load balancer (`signer`) and its end (`exp`).
"""

from __future__ import annotations

import logging
from typing import Any, Protocol

import jwt

log = logging.getLogger(__name__)

ALGORITHM = "ES256"


class Keys(Protocol):
    """Where public keys are found."""

    async def key(self, key_id: str) -> str | None:
        """The key as PEM, None where there is none of that id; raises `KeysUnreachable`."""
        ...


class LoadBalancer:
    """One load balancer, which signs in our users."""

    def __init__(self, arn: str, keys: Keys) -> None:
        self._arn = arn
        self._keys = keys

    async def user(self, claims: str, now: float) -> str | None:
        """Who is signed in (the claim `sub`), None unless our load balancer says so.

        `now` is in seconds since the epoch. Raises `KeysUnreachable`.
        """
        try:
            header = jwt.get_unverified_header(claims)
            self._check(header, now)
            key = await self._keys.key(str(header.get("kid")))
            if key is None:
                raise jwt.InvalidTokenError("its key is not known")
            said: dict[str, Any] = jwt.decode(claims, key, [ALGORITHM], options={"require": ["sub"]})
        except jwt.PyJWTError as error:
            log.warning("claims refused", extra={"error": str(error)})
            return None
        return str(said["sub"])

    def _check(self, header: dict[str, Any], now: float) -> None:
        # Every load balancer of the region has these keys: without this, anybody's own would do.
        if header.get("signer") != self._arn:
            raise jwt.InvalidTokenError(f"it was signed by {header.get('signer')}")
        expires = header.get("exp")
        if not isinstance(expires, int) or expires <= now:
            raise jwt.ExpiredSignatureError("it has expired")
