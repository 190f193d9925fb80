"""Only the claims that our own load balancer has signed let a user in."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.dashboard.guard.alb import LoadBalancer
from services.dashboard.guard.alb_keys import FETCHES_PER_MINUTE, AlbKeys, KeysUnreachable, address_of_keys
from services.dashboard.settings import DashboardSettings
from shared.config.settings import BadSettings, load
from tests.unit.dashboard.desk import TOKEN, Desk

pytestmark = pytest.mark.real_time

BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/50dc6c495c0c9188"
OTHERS = BALANCER.replace("123456789012", "999999999999")
KEY_ID = "12345678-1234-1234-1234-123456789012"
CLAIMS = "x-amzn-oidc-data"
PRIVATE, FOREIGN = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


def pem(private: Any) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    encoded: bytes = private.public_key().public_bytes(serialization.Encoding.PEM, form)
    return encoded.decode()


class FakeKeys:
    """One key; knob: `down`."""

    def __init__(self) -> None:
        self.down = False

    async def key(self, key_id: str) -> str | None:
        if self.down:
            raise KeysUnreachable("https://keys.test/ does not answer")
        return pem(PRIVATE) if key_id == KEY_ID else None


def signed(private: Any = PRIVATE, algorithm: str = "ES256", **changes: Any) -> str:
    """Claims as a load balancer hands them on, with its padding, which is no part of the standard."""
    header = {"alg": algorithm, "kid": KEY_ID, "signer": BALANCER, "exp": int(time.time()) + 120, **changes}
    said = {"sub": "ada", "email": "ada@example.org"}
    signing_input = ".".join(_padded(json.dumps(part).encode()) for part in (header, said))
    made = jwt.get_algorithm_by_name(algorithm).sign(signing_input.encode(), private)
    return f"{signing_input}.{_padded(made)}"


def _padded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode()


def guarded() -> tuple[Desk, FakeKeys]:
    keys = FakeKeys()
    return Desk(balancer=LoadBalancer(BALANCER, keys)), keys


async def status_with(claims: str) -> int:
    async with guarded()[0].browser(dashboard_alb_arn=BALANCER) as browser:
        return (await browser.get("/session", Accept="*/*", **{CLAIMS: claims})).status


async def test_who_is_signed_in_at_our_load_balancer_comes_in() -> None:
    assert await status_with(signed()) == 204


@pytest.mark.parametrize(
    "claims",
    [
        "",
        "no.jwt.atall",
        signed(FOREIGN),
        signed(signer=OTHERS),
        signed(signer=None),
        signed(kid="00000000-0000-0000-0000-000000000000"),
        signed(exp=int(time.time()) - 1),
        signed(exp=None),
        signed(b"k" * 32, algorithm="HS256"),
        signed(None, algorithm="none"),
    ],
    ids=[
        "none",
        "nonsense",
        "forged",
        "another's",
        "nobody's",
        "unknown key",
        "old",
        "endless",
        "hmac",
        "bare",
    ],
)
async def test_no_other_claims_let_anybody_in(claims: str) -> None:
    assert await status_with(claims) == 401


async def test_claims_that_were_changed_on_the_way_are_refused() -> None:
    header, _, signature = signed().split(".")
    eve = _padded(json.dumps({"sub": "eve"}).encode())
    assert await status_with(f"{header}.{eve}.{signature}") == 401


async def test_the_plain_header_beside_the_claims_is_worth_nothing() -> None:
    async with guarded()[0].browser(dashboard_alb_arn=BALANCER) as browser:
        assert (await browser.get("/", **{"x-amzn-oidc-identity": "ada"})).status == 303
        assert "address of the proxy" in (await browser.get("/sign-in")).text


async def test_a_token_opens_what_a_load_balancer_guards_too() -> None:
    async with guarded()[0].browser(dashboard_alb_arn=BALANCER, dashboard_token=TOKEN) as browser:
        assert (await browser.get("/")).status == 303
        await browser.sign_in(TOKEN)
        assert (await browser.get("/")).status == 200


async def test_keys_that_cannot_be_fetched_are_one_sentence_and_let_nobody_in() -> None:
    desk, keys = guarded()
    keys.down = True
    async with desk.browser(dashboard_alb_arn=BALANCER) as browser:
        answer = await browser.get("/", **{CLAIMS: signed()})
        assert (answer.status, "https://keys.test/ does not answer." in answer.text) == (503, True)


def test_keys_are_where_aws_says_for_the_balancers_region() -> None:
    assert address_of_keys(BALANCER) == "https://public-keys.auth.elb.eu-west-1.amazonaws.com/"
    gov = BALANCER.replace("arn:aws:", "arn:aws-us-gov:").replace("eu-west-1", "us-gov-west-1")
    bucket = "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/"
    assert address_of_keys(gov) == bucket


async def test_a_key_is_fetched_once_and_ids_that_somebody_made_up_soon_not_at_all() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="the key") if request.path == f"/{KEY_ID}" else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{key}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        keys = AlbKeys(http, str(server.make_url("/")))
        assert [await keys.key(KEY_ID) for _ in range(3)] == ["the key"] * 3
        assert await keys.key("../../another-bucket/key") is None
        assert asked == [f"/{KEY_ID}"]
        for n in range(2 * FETCHES_PER_MINUTE):
            assert await keys.key(f"{n:08x}{KEY_ID[8:]}") is None
        assert len(asked) == FETCHES_PER_MINUTE
        assert await keys.key(KEY_ID) == "the key"


async def test_a_key_server_that_is_away_or_broken_is_told() -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(KeysUnreachable, match="does not answer: let the dashboard reach it"):
            await AlbKeys(http, "http://127.0.0.1:1/").key(KEY_ID)


def test_a_load_balancer_is_enough_of_a_sign_in_but_not_beside_a_plain_header() -> None:
    load(DashboardSettings, dashboard_host="0.0.0.0", dashboard_alb_arn=BALANCER)
    with pytest.raises(BadSettings, match="set one of them"):
        load(DashboardSettings, dashboard_alb_arn=BALANCER, dashboard_user_header="x-forwarded-user")
    with pytest.raises(BadSettings, match="LOGOSTREAM_DASHBOARD_ALB_ARN"):
        load(DashboardSettings, dashboard_alb_arn="arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/x")
