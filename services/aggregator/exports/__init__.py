"""The files of a finished video, pure: the same outcome always gives the same bytes."""

VERSION = 2  # of the formats below; raised when a reader would have to change
