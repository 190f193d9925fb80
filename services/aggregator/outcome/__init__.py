"""What a video's results amount to, pure: read in order, summed up and billed; in part while it runs."""
