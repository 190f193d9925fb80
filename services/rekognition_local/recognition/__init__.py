"""Logo recognition that really detects, with numpy and OpenCV only."""

import cv2

from services.rekognition_local.recognition.recognizer import Recognizer
from services.rekognition_local.recognition.samples import Found, LabelledBox, LabelledImage
from services.rekognition_local.recognition.training import train

__all__ = ["Found", "LabelledBox", "LabelledImage", "Recognizer", "train"]

# Frames are looked at side by side; threads inside one frame would only fight for the same cores.
cv2.setNumThreads(1)
