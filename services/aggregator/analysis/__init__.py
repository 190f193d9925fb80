"""The analytics, pure: from what sampled frames show to what each brand's exposure amounts to."""
