"""The version of LogoStream: one for all services, which are deployed together."""

from __future__ import annotations

VERSION = "0.1.0"
