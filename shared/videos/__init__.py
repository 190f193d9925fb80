"""What is known of videos: the ledger, the brands across videos, and the names of frames."""
