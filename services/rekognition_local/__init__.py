"""A local stand-in for Amazon Rekognition Custom Labels: the same API, and it really detects."""
