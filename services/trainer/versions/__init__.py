"""Versions of a project's model: trained, copied, put into service and deleted."""
