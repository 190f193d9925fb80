"""What the models cost, would have cost otherwise, and will cost."""
