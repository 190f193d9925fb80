"""Models, how they are made, and what they see, over Amazon Rekognition."""
