"""Reads plain text in images: letters are told apart by their shape, in upright, well-lit, clean lines."""

from __future__ import annotations

from services.rekognition_local.reading.reader import Line, Word, read

__all__ = ["Line", "Word", "read"]
