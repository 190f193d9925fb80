"""The overlay: a video's frames, all of them, with the boxes that were found and those in between."""
