"""What came of the videos: results, brands over all of them, overlays, and doubts for people to review."""
