"""The commands behind `logostream model` and `logostream teardown`, one file per step of a model's life."""
