"""What to do with a model, pure: a view of it in, one action and its reason out."""
