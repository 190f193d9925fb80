"""What an installation is made of: its queues, buckets and tables, made, opened and removed."""
