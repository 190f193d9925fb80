"""What the aggregator is measured with: a video, its results, and what stands for AWS."""
