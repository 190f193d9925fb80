"""Edges of exposures, found in the video itself: a logo is followed from the sample that shows it."""
