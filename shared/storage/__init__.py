"""The ports to the object store."""
