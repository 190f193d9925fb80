"""From labelled pictures to a trained and tested model."""
