"""Logo recognition that really detects, with numpy and OpenCV only."""

from services.rekognition_local.recognition.recognizer import Recognizer
from services.rekognition_local.recognition.samples import Found, LabelledBox, LabelledImage
from services.rekognition_local.recognition.training import train

__all__ = ["Found", "LabelledBox", "LabelledImage", "Recognizer", "train"]
