"""The report on a finished video: one page that needs no network."""
