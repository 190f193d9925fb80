"""The bits of H.264's headers (ITU-T H.264 §7.2, §9.1)."""

from __future__ import annotations

MOST_ZEROS = 31  # of an Exp-Golomb code


class Beyond(Exception):
    """The headers say something that is not followed here, or make no sense."""


class Bits:
    """The bits of a NAL unit, from the first to the last."""

    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\x00\x00\x03", b"\x00\x00")  # emulation prevention, §7.4.1
        self._value = int.from_bytes(plain, "big")
        self._left = 8 * len(plain)

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise Beyond("the header breaks off")
        return self._value >> self._left & (1 << count) - 1

    def flag(self) -> bool:
        return self.take(1) == 1

    def number(self) -> int:
        """An unsigned Exp-Golomb code, §9.1."""
        zeros = self._left - (self._value & (1 << self._left) - 1).bit_length()
        if zeros > MOST_ZEROS:
            raise Beyond("no number is that long")
        self.take(zeros)
        return self.take(zeros + 1) - 1

    def signed(self) -> int:
        """A signed Exp-Golomb code, §9.1.1."""
        number = self.number()
        return (number + 1) // 2 if number % 2 else -(number // 2)

    def skip_numbers(self, count: int) -> None:
        for _ in range(count):
            self.number()
