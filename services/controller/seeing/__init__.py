"""What there is to see: one model and its work, and all that waits."""
