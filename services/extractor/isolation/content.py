"""A video's bytes as its child process sees them: an open file, or a socket on which its parent answers."""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass, field
from threading import Lock
from typing import IO, Protocol

REQUEST = struct.Struct(">QI")  # offset and length of the bytes wanted
REPLY = struct.Struct(">I")  # length of the bytes that follow: fewer only at the end of the video


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


@dataclass(slots=True)
class ServedContent:
    """The bytes of a video that the parent fetches from elsewhere; raises OSError when it has ended."""

    line: socket.socket
    size: int
    _turn: Lock = field(default_factory=Lock)

    def read_at(self, offset: int, length: int) -> bytes:
        with self._turn:
            self.line.sendall(REQUEST.pack(offset, length))
            (count,) = REPLY.unpack(self._exactly(REPLY.size))
            return self._exactly(count)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            piece = self.line.recv(count - len(data))
            if not piece:
                raise ConnectionResetError("the process that serves the video has ended")
            data += piece
        return bytes(data)


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
