"""`nearpeer check`: what is configured, and whether each of it answers."""

import asyncio
import base64

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from adapters.database import DatabaseUnavailable, migrate
from adapters.database.probe import probe
from bot import postroom
from bot.config import Settings

PATIENCE = aiohttp.ClientTimeout(total=8)
Answer = tuple[str, bool | None, str]


async def check(settings: Settings) -> list[Answer]:
    """One line for each part: its name, whether it answers (`None`: not configured), and a word about it."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as http:
        return list(
            await asyncio.gather(
                _database(settings),
                _discord(settings, http),
                _telegram(settings, http),
                _stripe(settings, http),
                _paypal(settings, http),
                _razorpay(settings, http),
                postroom.check(settings.mail),
                _public(settings, http),
            )
        )


async def _database(settings: Settings) -> Answer:
    url = settings.database.url.get_secret_value()
    try:
        dialect = await probe(url)
        if await asyncio.to_thread(migrate.pending, url):
            return "database", False, "answers, but needs `nearpeer db upgrade`"
    except (DatabaseUnavailable, OSError, SQLAlchemyError) as error:
        return "database", False, str(error)
    return "database", True, f"{dialect}, up to date"


async def _discord(settings: Settings, http: aiohttp.ClientSession) -> Answer:
    if settings.discord is None:
        return "discord", None, "not configured"
    base = settings.discord.api_base or "https://discord.com"
    token = settings.discord.token.get_secret_value()
    return "discord", *await _asked(
        http,
        f"{base.rstrip('/')}/api/v10/users/@me",
        {"Authorization": f"Bot {token}"},
        "the token is accepted",
    )


async def _telegram(settings: Settings, http: aiohttp.ClientSession) -> Answer:
    if settings.telegram is None:
        return "telegram", None, "not configured"
    base = settings.telegram.api_base or "https://api.telegram.org"
    token = settings.telegram.token.get_secret_value()
    good = "the token is accepted, Telegram " + ("calls us" if settings.telegram.webhook_url else "is asked")
    return "telegram", *await _asked(http, f"{base.rstrip('/')}/bot{token}/getMe", {}, good)


async def _stripe(settings: Settings, http: aiohttp.ClientSession) -> Answer:
    if settings.stripe is None:
        return (
            "stripe",
            None,
            "not configured, payments are play money" if settings.has_sandbox else "not configured",
        )
    base = settings.stripe.api_base or "https://api.stripe.com"
    key = settings.stripe.secret_key.get_secret_value()
    secret = (
        "webhooks are verified"
        if settings.stripe.webhook_secret
        else "without webhooks, I ask Stripe instead"
    )
    url = f"{base.rstrip('/')}/v1/checkout/sessions?limit=1"
    return "stripe", *await _asked(
        http, url, {"Authorization": f"Bearer {key}"}, f"the key is accepted, {secret}"
    )


async def _paypal(settings: Settings, http: aiohttp.ClientSession) -> Answer:
    if settings.paypal is None:
        return "paypal", None, "not configured"
    kind, host = ("live", "api-m") if settings.paypal.live else ("sandbox", "api-m.sandbox")
    base = settings.paypal.api_base or f"https://{host}.paypal.com"
    login = f"{settings.paypal.client_id}:{settings.paypal.client_secret.get_secret_value()}"
    told = "webhooks are verified" if settings.paypal.webhook_id else "without webhooks, I ask PayPal instead"
    signed = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
    form = {"grant_type": "client_credentials"}
    url = f"{base.rstrip('/')}/v1/oauth2/token"
    return "paypal", *await _asked(http, url, signed, f"the {kind} keys are accepted, {told}", form)


async def _razorpay(settings: Settings, http: aiohttp.ClientSession) -> Answer:
    if settings.razorpay is None:
        return "razorpay", None, "not configured"
    base = settings.razorpay.api_base or "https://api.razorpay.com"
    key, secret = settings.razorpay.key_id.get_secret_value(), settings.razorpay.key_secret.get_secret_value()
    told = (
        "webhooks are verified"
        if settings.razorpay.webhook_secret
        else "without webhooks, I ask Razorpay instead"
    )
    signed = {"Authorization": f"Basic {base64.b64encode(f'{key}:{secret}'.encode()).decode()}"}
    url = f"{base.rstrip('/')}/v1/payments?count=1"
    return "razorpay", *await _asked(http, url, signed, f"the key is accepted, {told}")


async def _public(settings: Settings, http: aiohttp.ClientSession) -> Answer:
    url = settings.web.public_url
    if url is None:
        return "public address", None, "none: pay links are the provider's own, webhooks cannot arrive"
    return "public address", *await _asked(http, f"{url}/healthz", {}, f"{url} reaches a running bot")


async def _asked(
    http: aiohttp.ClientSession,
    url: str,
    headers: dict[str, str],
    good: str,
    form: dict[str, str] | None = None,
) -> tuple[bool, str]:
    try:
        async with http.request("POST" if form else "GET", url, headers=headers, data=form) as response:
            if response.status == 200:
                return True, good
            return False, f"answers {response.status}"
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return False, f"does not answer ({type(error).__name__})"
