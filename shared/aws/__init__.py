"""The adapters: all that knows the AWS SDK, and what makes and removes an installation."""
