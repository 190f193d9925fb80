"""What is done to an installation: made, prepared, and its dead letters given another try."""
