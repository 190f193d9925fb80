"""What the account has: projects, datasets and versions with their lives, and the models that are at work."""
