"""Labelled pictures on their way into the account: checked, seen at a glance, fetched and imported."""
