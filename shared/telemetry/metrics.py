"""Metrics: every Prometheus name, label and bucket of the system, in one place.

One scheme: `logostream_<thing>[_<unit>]`, the unit spelt out and in base units (seconds, dollars, bytes,
calls_per_second); a name without one counts the thing it names. Counters end in `_total`. No label may grow
with the work: queues, states, outcomes and reasons are few, so videos and frames never are labels (they are
in the logs). docs/metrics.md is made from this file by `make docs`.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_HANDLING_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
_AGE_BUCKETS = (0.1, 0.5, 1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 43200)

# --- every service
build_info = Gauge(
    "logostream_build_info", "1, labelled with what runs here.", ["service", "version", "revision", "python"]
)
ready = Gauge("logostream_service_ready", "1 while /readyz says ready, else 0.", ["service"])

# --- every consumer of a queue
received = Counter("logostream_messages_received", "Messages received.", ["queue"])
handled = Counter("logostream_messages_handled", "Messages, by how handling ended.", ["queue", "outcome"])
in_hand = Gauge("logostream_messages_in_hand", "Messages received and not yet settled.", ["queue"])
slots = Gauge("logostream_consumer_slots", "Messages this replica may handle side by side.", ["queue"])
handling = Histogram(
    "logostream_message_handling_seconds", "Time to handle a message.", ["queue"], buckets=_HANDLING_BUCKETS
)
waited = Histogram(
    "logostream_message_age_seconds", "Age of messages when received.", ["queue"], buckets=_AGE_BUCKETS
)
leases_lost = Counter("logostream_leases_lost", "Renewals of visibility that were refused.", ["queue"])
queue_errors = Counter("logostream_queue_errors", "Requests to a queue that failed.", ["queue"])

OUTCOMES = ("done", "retried", "rejected", "cut off")


def show_from_zero(queue: str) -> None:
    """Export a queue's counters at 0: Prometheus sees no increase in a series that begins at 1."""
    for counter in (leases_lost, queue_errors):
        counter.labels(queue)
    for outcome in OUTCOMES:
        handled.labels(queue, outcome)


# --- what waits, as every controller sees it
queue_messages = Gauge(
    "logostream_queue_messages", "Messages in a queue, approximately, by state.", ["queue", "state"]
)
videos = Gauge("logostream_videos", "Videos at work, by state.", ["state"])
oldest_video = Gauge("logostream_oldest_video_age_seconds", "Age of the oldest video at work, 0 without.")
deadline_slack = Gauge(
    "logostream_deadline_slack_seconds", "Time to the nearest deadline of a video at work; +Inf without."
)

# --- extractor
videos_planned = Counter("logostream_videos_planned", "Videos cut into chunks.")
videos_finished = Counter("logostream_videos_finished", "Videos that ended, by final state.", ["state"])
frames_published = Counter("logostream_frames_published", "Frames uploaded and announced.")
instants_skipped = Counter("logostream_instants_skipped", "Sampling instants without a frame of their own.")

# --- detector
detect_calls = Counter("logostream_detect_calls", "Calls to Rekognition, by outcome.", ["outcome"])
detect_latency = Histogram(
    "logostream_detect_call_seconds", "Latency of answered calls to Rekognition.", buckets=_HANDLING_BUCKETS
)
turn_wait = Histogram(
    "logostream_detect_turn_wait_seconds",
    "Time frames wait for their turn to be examined.",
    buckets=_HANDLING_BUCKETS,
)
sender = Gauge("logostream_detector_sender", "1 while this replica receives frames, 0 while it stands by.")
detect_limit = Gauge(
    "logostream_detect_limit_calls_per_second", "Calls a second that all replicas have learnt to make."
)
detect_share = Gauge(
    "logostream_detect_share_calls_per_second", "Calls a second of them that this replica makes."
)
detect_utilisation = Gauge(
    "logostream_detect_utilisation_ratio",
    "Answered calls over this replica's share, in the last ten seconds.",
)
detect_throttled = Gauge(
    "logostream_detect_throttled_ratio", "Throttled calls over all calls, in the last ten seconds."
)
detection_fault = Gauge(
    "logostream_detection_fault", "1 while a mistake in the configuration stops detection, else 0."
)
gate_open = Gauge("logostream_gate_open", "1 while the model runs and frames are received, else 0.")

# --- aggregator
results_counted = Counter("logostream_results_counted", "Frame results, by outcome.", ["outcome"])

# --- controller
leader = Gauge("logostream_controller_leader", "1 while this controller holds the lease, else 0.")
outstanding = Gauge("logostream_frames_outstanding", "Frames not yet examined, by the ledger.", ["model"])
model_state = Gauge("logostream_model_state", "1 for the state the model is in.", ["model", "state"])
inference_units = Gauge("logostream_inference_units", "Inference units running.", ["model"])
bill = Gauge("logostream_bill_dollars", "What the model has cost so far, by our meter.", ["model"])
budget_spent = Gauge(
    "logostream_budget_spent_ratio", "Dollars spent over the cap on them, where there is one.", ["period"]
)
