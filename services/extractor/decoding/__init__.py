"""From a video's packets to the frame on screen at each sampling instant."""
