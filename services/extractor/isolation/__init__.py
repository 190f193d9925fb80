"""Child processes that read videos nobody vouches for: what they may use, and how we speak with them."""
