"""What the dashboard reads from its environment."""

from __future__ import annotations

from ipaddress import ip_address

from pydantic import Field, HttpUrl, SecretStr, ValidationInfo, field_validator

from shared.config.settings import ProcessingSettings, mistake

SHORTEST_TOKEN = 16  # characters


class DashboardSettings(ProcessingSettings):
    """Settings of the page. The ways to sign in come before the address, whose check looks at them."""

    videos_bucket: str = Field("logostream-videos", description="Bucket that videos are uploaded to.")
    day_budget: float | None = Field(
        None, gt=0, description="Most dollars that all models may cost in a day (UTC); none is no cap."
    )
    dashboard_token: SecretStr | None = Field(
        None, description="Word that users of the dashboard sign in with; 16 characters or more."
    )
    dashboard_user_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="Header in which a trusted proxy names the user, such as `x-forwarded-user`.",
    )
    dashboard_alb_arn: str | None = Field(
        None,
        pattern=r"^arn:aws(-us-gov)?:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+$",
        description="ARN of the load balancer that signs users in, whose signed claims are verified.",
    )
    dashboard_on_loopback: bool = Field(
        False,
        description="Only this machine reaches it, though its address is another one, as in a container.",
    )
    dashboard_host: str = Field(
        "127.0.0.1",
        description="Address of the dashboard; beyond the loopback it demands a way to sign in.",
    )
    dashboard_port: int = Field(
        8090, ge=0, le=65535, description="Port of the dashboard; 0 takes a free one."
    )
    dashboard_read_only: bool = Field(False, description="Show everything, change nothing.")
    dashboard_session_hours: float = Field(12.0, gt=0, description="How long a sign-in is good for.")
    dashboard_uploads_per_minute: int = Field(
        30, ge=1, description="Uploads that one user may begin per minute."
    )
    dashboard_upload_gb: float = Field(
        5.0, gt=0, le=5, description="Largest upload in GiB; S3 takes no more than 5 in one piece."
    )
    dashboard_s3_url: HttpUrl | None = Field(
        None, description="Address of S3 as browsers know it, where it is another than ours."
    )
    dashboard_services: dict[str, tuple[HttpUrl, ...]] = Field(
        {},
        description="Services to watch, as JSON: name to its pages, a host name for all its machines.",
    )

    @field_validator("dashboard_host")
    @classmethod
    def _guarded(cls, host: str, info: ValidationInfo) -> str:
        token = info.data.get("dashboard_token")
        if token and len(token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"LOGOSTREAM_DASHBOARD_TOKEN has fewer than {SHORTEST_TOKEN} characters")
        header, balancer = info.data.get("dashboard_user_header"), info.data.get("dashboard_alb_arn")
        if header and balancer:
            raise mistake(
                "LOGOSTREAM_DASHBOARD_USER_HEADER would let in whom LOGOSTREAM_DASHBOARD_ALB_ARN keeps out: "
                "set one of them."
            )
        here = is_loopback(host) or info.data.get("dashboard_on_loopback")
        if not (token or header or balancer or here):
            raise ValueError(
                "anybody could use it: set LOGOSTREAM_DASHBOARD_TOKEN, LOGOSTREAM_DASHBOARD_ALB_ARN "
                "or LOGOSTREAM_DASHBOARD_USER_HEADER"
            )
        return host


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
