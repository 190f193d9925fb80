"""From a decoded frame to the picture that is published, or the reason why it is not."""
