"""The parts of the exposure benchmark: what is on screen, who looks at it, and how far off exposures are."""
