"""The parts of the recognizer's benchmark: scenes to test on, and scores of what is found in them."""
