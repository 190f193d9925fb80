"""What people choose: the settings, and the options, routes, thresholds and detectors they name."""
