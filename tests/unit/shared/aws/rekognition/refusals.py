"""The errors of Rekognition that tests answer with, and what each becomes."""

from __future__ import annotations

from shared.models.rekognition import (
    AlreadyInUse,
    BadFrame,
    FrameUnavailable,
    Misconfigured,
    NotReady,
    ServiceFault,
    Throttled,
)

PROJECT = "arn:aws:rekognition:us-east-1:123456789012:project/logos/1"
MODEL = "arn:aws:rekognition:us-east-1:123456789012:project/logos/version/cup.2026/2"
KINDS = [
    ("ProvisionedThroughputExceededException", 400, Throttled),
    ("ThrottlingException", 400, Throttled),
    ("ThrottlingException", 500, Throttled),
    ("LimitExceededException", 400, Throttled),
    ("InternalServerError", 500, ServiceFault),
    ("ResourceNotReadyException", 400, NotReady),
    ("ResourceInUseException", 400, AlreadyInUse),
    ("ResourceNotFoundException", 400, Misconfigured),
    ("AccessDeniedException", 400, Misconfigured),
    ("UnrecognizedClientException", 400, Misconfigured),
    ("InvalidSignatureException", 400, Misconfigured),
    ("IncompleteSignatureException", 400, Misconfigured),
    ("MissingAuthenticationTokenException", 400, Misconfigured),
    ("ExpiredTokenException", 400, Misconfigured),
    ("InvalidS3ObjectException", 400, FrameUnavailable),
    ("ImageTooLargeException", 400, BadFrame),
    ("InvalidImageFormatException", 400, BadFrame),
    ("InvalidParameterException", 400, BadFrame),
    ("SomethingNewException", 400, ServiceFault),
]
