"""The stand-in for Amazon Rekognition."""

import os

# Before numpy is loaded: on few cores the threads of its BLAS wait for each other by spinning, and cost three
# times the processor time they save. Images are examined side by side instead.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
