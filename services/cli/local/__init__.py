"""What runs on this machine alone: the demo, the whole local stack, and the stand-in by itself."""
