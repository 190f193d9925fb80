"""Pictures whose logos are known: their manifests, and how good a model or a detection is by them."""
