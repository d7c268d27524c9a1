"""What every answer tells the browser to refuse: foreign scripts and styles, frames, guessed types, referrers."""

from aiohttp import web


def policy(forms: str = "") -> str:
    """The content security policy; `forms` are further origins that a form may lead to."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            f"form-action 'self' {forms}".strip(),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


STRICT = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


async def add(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in STRICT.items():
        response.headers.setdefault(name, value)
