"""What is kept of a model between two ticks: memory, what was learnt of it, and its use for the bill."""
