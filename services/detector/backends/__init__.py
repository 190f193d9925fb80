"""The kinds of detectors: what is asked of Rekognition, and what is kept of its answers."""
