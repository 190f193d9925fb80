"""How good a version is: read from its test, shown on its worst pictures, and told."""
