"""A video's bytes as they are read: at any place, and each reader from a position of its own."""

from __future__ import annotations

import os
from typing import IO, Protocol


class Content(Protocol):
    """The bytes of a video, read at any place, by several threads."""

    @property
    def size(self) -> int: ...

    def read_at(self, offset: int, length: int) -> bytes: ...


class FileContent:
    """The bytes of an open file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        return os.pread(self._descriptor, length, offset)


class FileView:
    """A video read from a position of its own, so that it can be read in several places at once."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self._position = 0

    @classmethod
    def of(cls, file: IO[bytes]) -> FileView:
        return cls(FileContent(file.fileno()))

    def read(self, size: int) -> bytes:
        data = self.content.read_at(self._position, size)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.content.size}
        self._position = origin[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position
