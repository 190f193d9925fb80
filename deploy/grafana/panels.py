"""What the dashboards show: panels with their queries, four dashboards in all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression and the name of its lines."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture; `unit` is Grafana's name of it."""

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: str = "timeseries"
    meaning: str = ""
    width: int = 12


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A page of panels. `asks` are variables that the reader types in."""

    uid: str
    title: str
    panels: tuple[Panel, ...]
    note: str = ""
    asks: tuple[str, ...] = field(default=())


def one(title: str, expr: str, unit: str = "short", meaning: str = "") -> Panel:
    """A single number."""
    return Panel(title, (Query(expr),), unit, "stat", meaning, width=4)


def over_time(title: str, *queries: tuple[str, str], unit: str = "short", meaning: str = "") -> Panel:
    """Lines over time, from pairs of expression and legend."""
    return Panel(title, tuple(Query(*query) for query in queries), unit, meaning=meaning)


def quantiles(title: str, histogram: str, by: str = "queue", select: str = "") -> Panel:
    """Median, 95th and 99th percentile of a histogram of seconds."""
    legend = f"{{{{{by}}}}} " if by else ""
    labels = ", ".join(filter(None, ("le", by)))
    buckets = f"sum by ({labels}) (rate({histogram}_bucket{select}[$__rate_interval]))"
    pairs = ((f"histogram_quantile({q}, {buckets})", f"{legend}p{int(q * 100)}") for q in (0.5, 0.95, 0.99))
    return over_time(title, *pairs, unit="s")


OVERVIEW = Dashboard(
    "logostream-overview",
    "LogoStream · overview",
    (
        one("Videos at work", "sum(max by (state) (logostream_videos))"),
        one("Frames outstanding", "sum(model:logostream_frames_outstanding:max)"),
        one("Frames examined", "pool:logostream_results_counted:rate5m", "cps"),
        one("Done in", "pool:logostream_drain:seconds", "s", "At the rate of the last five minutes."),
        one("Nearest deadline", "min(logostream_deadline_slack_seconds)", "s"),
        one("Dead letters", 'sum(queue:logostream_messages:max{queue=~".*-dead"})'),
        over_time(
            "Waiting in the queues",
            ('queue:logostream_messages:max{state="visible", queue!~".*-dead"}', "{{queue}}"),
        ),
        over_time("In hand", ("sum by (queue) (logostream_messages_in_hand)", "{{queue}}")),
        over_time("Messages handled", ("queue:logostream_messages_handled:rate5m", "{{queue}}"), unit="cps"),
        over_time(
            "How handling ended",
            ("sum by (outcome) (rate(logostream_messages_handled_total[$__rate_interval]))", "{{outcome}}"),
            unit="cps",
        ),
        quantiles("Age of messages when received", "logostream_message_age_seconds"),
        over_time(
            "Saturation of consumers",
            ("queue:logostream_consumer_saturation:ratio", "{{queue}}"),
            unit="percentunit",
        ),
        over_time(
            "Replicas",
            ("count by (service) (logostream_build_info)", "{{service}}"),
            ("count by (service) (logostream_service_ready == 0)", "{{service}} not ready"),
        ),
        over_time(
            "Leases lost and queue errors",
            (
                "sum by (queue) (rate(logostream_leases_lost_total[$__rate_interval]))",
                "{{queue}} leases lost",
            ),
            ("sum by (queue) (rate(logostream_queue_errors_total[$__rate_interval]))", "{{queue}} errors"),
            unit="cps",
        ),
    ),
)

DETECTORS = Dashboard(
    "logostream-detectors",
    "LogoStream · detectors",
    (
        one("Calls a second", "sum(pool:logostream_detect_calls:rate1m)", "cps"),
        one("Throttled", "pool:logostream_detect_throttled:ratio5m", "percentunit"),
        one("Gates open", "sum(logostream_gate_open)"),
        over_time(
            "Calls to Rekognition by outcome",
            ("pool:logostream_detect_calls:rate1m", "{{outcome}}"),
            unit="cps",
        ),
        over_time(
            "Rate: learnt, shared and used",
            ("max(logostream_detect_limit_calls_per_second)", "learnt"),
            ("sum(logostream_detect_share_calls_per_second)", "shared"),
            ("sum(pool:logostream_detect_calls:rate1m)", "used"),
            unit="cps",
        ),
        over_time(
            "Replicas",
            ("sum(logostream_detector_sender)", "sending"),
            ("count(logostream_detector_sender == 0)", "standing by"),
            ("sum(logostream_detection_fault)", "stopped by a mistake in the configuration"),
        ),
        quantiles("Time frames wait for their turn", "logostream_detect_turn_wait_seconds", by=""),
        over_time(
            "Share of throttled calls",
            ("pool:logostream_detect_throttled:ratio5m", "throttled"),
            unit="percentunit",
        ),
        quantiles("Latency of Rekognition", "logostream_detect_call_seconds", by=""),
        quantiles(
            "Time a frame takes, waiting for its turn included",
            "logostream_message_handling_seconds",
            select='{queue=~".*-frames.*"}',
        ),
        over_time(
            "Frames by outcome",
            ("sum by (outcome) (rate(logostream_results_counted_total[$__rate_interval]))", "{{outcome}}"),
            unit="cps",
        ),
    ),
)

MODEL = Dashboard(
    "logostream-model",
    "LogoStream · model and money",
    (
        one("Inference units", "sum(model:logostream_inference_units:max)"),
        one(
            "Spent",
            "sum(max by (model) (logostream_bill_dollars))",
            "currencyUSD",
            "By our meter, since the first start.",
        ),
        one(
            "A frame costs",
            "sum(increase(logostream_bill_dollars[1h]))"
            " / (sum(increase(logostream_results_counted_total[1h])) > 0)",
            "currencyUSD",
            "Over the last hour.",
        ),
        one("Leaders", "sum(logostream_controller_leader)"),
        over_time("State of the model", ("model:logostream_model_state:max == 1", "{{model}} {{state}}")),
        over_time(
            "Frames outstanding and inference units",
            ("model:logostream_frames_outstanding:max", "frames for {{model}}"),
            ("model:logostream_inference_units:max", "units of {{model}}"),
        ),
        over_time(
            "Budget spent",
            ("period:logostream_budget_spent:max", "of the {{period}}"),
            unit="percentunit",
        ),
        over_time("Dollars", ("sum(max by (model) (logostream_bill_dollars))", "spent"), unit="currencyUSD"),
        over_time(
            "Deadlines",
            ("min(logostream_deadline_slack_seconds)", "time to the nearest"),
            ("pool:logostream_drain:seconds", "time the work left takes"),
            ("max(logostream_oldest_video_age_seconds)", "age of the oldest video"),
            unit="s",
        ),
    ),
)

VIDEO = Dashboard(
    "logostream-video",
    "LogoStream · one video",
    (
        one("Videos at work", "sum(max by (state) (logostream_videos))"),
        one("Age of the oldest", "max(logostream_oldest_video_age_seconds)", "s"),
        one("Frames outstanding", "sum(model:logostream_frames_outstanding:max)"),
        quantiles("1 · Planning", "logostream_message_handling_seconds", select='{queue=~".*-videos"}'),
        quantiles(
            "2 · Extracting a chunk", "logostream_message_handling_seconds", select='{queue=~".*-chunks"}'
        ),
        quantiles(
            "3 · Examining a frame", "logostream_message_handling_seconds", select='{queue=~".*-frames.*"}'
        ),
        quantiles(
            "4 · Counting a result", "logostream_message_handling_seconds", select='{queue=~".*-results"}'
        ),
        quantiles("Waiting between the steps", "logostream_message_age_seconds"),
        over_time(
            "Frames in and out",
            ("sum(rate(logostream_frames_published_total[$__rate_interval]))", "published"),
            ("sum(rate(logostream_instants_skipped_total[$__rate_interval]))", "instants skipped"),
            ("sum(rate(logostream_results_counted_total[$__rate_interval]))", "counted"),
            unit="cps",
        ),
    ),
    note=(
        "Metrics know no videos: a label per video would never stop growing. Choose the time in which the "
        "video was at work; its own books are shown by `logostream status ${video}` and its log lines carry "
        '`"video_id": "${video}"`.'
    ),
    asks=("video",),
)

EVERY = (OVERVIEW, DETECTORS, MODEL, VIDEO)
