"""Sessions, pure: signed cookies that say who may, and tokens that tell our own pages from foreign ones."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

COOKIE = "logostream_session"
CSRF_HEADER = "X-CSRF-Token"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `expires` is in seconds since the epoch."""

    nonce: str
    expires: int
    signed_in: bool


class Sessions:
    """Makes and reads cookies with one key; nothing is kept on the server."""

    def __init__(self, key: bytes, seconds: float) -> None:
        self._key = key
        self.seconds = seconds

    def new(self, now: float, signed_in: bool) -> Session:
        """A session that nobody has had yet."""
        return Session(secrets.token_urlsafe(18), int(now + self.seconds), signed_in)

    def cookie(self, session: Session) -> str:
        """The session as the text of a cookie."""
        facts = f"{session.nonce}.{session.expires}.{int(session.signed_in)}"
        return f"{facts}.{self._sign('session', facts)}"

    def read(self, cookie: str, now: float) -> Session | None:
        """The session of a cookie; None when we did not make it or it has run out."""
        facts, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", facts).encode()):
            return None
        nonce, expires, signed_in = facts.split(".")
        session = Session(nonce, int(expires), signed_in == "1")
        return session if session.expires > now else None

    def csrf(self, session: Session) -> str:
        """The token that our own pages send along, and that no foreign page can read."""
        return self._sign("csrf", session.nonce)

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())
