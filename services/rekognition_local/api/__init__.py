"""The operations, one module per kind of resource or per question asked of an image."""
