"""What is told of the work: logs, metrics and traces."""
