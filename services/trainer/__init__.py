"""The trainer: from a folder of pictures to an evaluated, running model, on AWS as on the stand-in."""
