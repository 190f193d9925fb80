"""Videos on their way: handed in, watched, called off."""
