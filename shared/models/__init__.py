"""The detectors' side of a model: the ports to it, the notice board and the shared rate."""
