"""PayPal's resources, links and errors as its answers shape them."""

import secrets
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

Resource = dict[str, Any]

LETTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXY"
API = "https://api.sandbox.paypal.com"
SITE = "https://www.sandbox.paypal.com"
PAYER = {
    "email_address": "ana@example.com",
    "payer_id": "QYR5Z8XDVJNXQ",
    "name": {"given_name": "Ana", "surname": "Ruiz"},
}
MESSAGES = {
    400: ("INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema."),
    401: ("AUTHENTICATION_FAILURE", "Authentication failed due to missing authorization header."),
    404: ("RESOURCE_NOT_FOUND", "The specified resource does not exist."),
    405: ("METHOD_NOT_SUPPORTED", "The server does not implement the requested HTTP method."),
    409: ("RESOURCE_CONFLICT", "The server has detected a conflict while processing this request."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "The server does not support the request payload's media type."),
    422: (
        "UNPROCESSABLE_ENTITY",
        "The requested action could not be performed, semantically incorrect, or failed business validation.",
    ),
    429: ("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting."),
    500: ("INTERNAL_SERVER_ERROR", "An internal server error occurred."),
}


class Refused(Exception):
    """An answer that is an error. `kept`: the request had begun, so its request id keeps the answer."""

    def __init__(
        self,
        status: int,
        issue: str = "",
        field: str = "",
        *,
        kept: bool = False,
        link: Resource | None = None,
    ) -> None:
        super().__init__(f"{status} {issue} {field}")
        self.status, self.issue, self.kept = status, issue, kept
        name, message = MESSAGES[status]
        self.body: Resource = {"name": name, "message": message, "debug_id": token(13).lower()}
        if issue:
            place = {"field": field, "location": "body"} if field else {}
            self.body["details"] = [{"issue": issue, **place}]
        if link:
            self.body["links"] = [link]


def token(length: int = 17) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def link(rel: str, path: str, method: str = "GET", base: str = API) -> Resource:
    return {"href": f"{base}{path}", "rel": rel, "method": method}


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def pacific(at: datetime) -> str:
    """PayPal writes some of its times eight hours behind."""
    return at.astimezone(timezone(-timedelta(hours=8))).isoformat(timespec="seconds")


def money(value: Decimal, currency: str) -> Resource:
    return {"currency_code": currency, "value": str(value)}


def order_links(ref: str, status: str) -> list[Resource]:
    path = f"/v2/checkout/orders/{ref}"
    links = [link("self", path)]
    if status == "PAYER_ACTION_REQUIRED":
        links.append(link("payer-action", f"/checkoutnow?token={ref}", base=SITE))
    if status == "APPROVED":
        links += [link("update", path, "PATCH"), link("capture", f"{path}/capture", "POST")]
    return links


def capture(ref: str, order: str, amount: Resource, status: str, at: str, **facts: Any) -> Resource:
    path = f"/v2/payments/captures/{ref}"
    made: Resource = {
        "id": ref,
        "status": status,
        "amount": amount,
        "final_capture": True,
        "seller_protection": {"status": "NOT_ELIGIBLE"},
        "seller_receivable_breakdown": {"gross_amount": amount},
        "links": [
            link("self", path),
            link("refund", f"{path}/refund", "POST"),
            link("up", f"/v2/checkout/orders/{order}"),
        ],
        "create_time": at,
        "update_time": at,
        **facts,
    }
    if status == "PENDING":
        made["status_details"] = {"reason": "PENDING_REVIEW"}
    return made


def refund(ref: str, of: str, amount: Resource, status: str, at: str, **facts: Any) -> Resource:
    return {
        "id": ref,
        "status": status,
        "amount": amount,
        "seller_payable_breakdown": {"gross_amount": amount, "net_amount": amount},
        "links": [link("self", f"/v2/payments/refunds/{ref}"), link("up", f"/v2/payments/captures/{of}")],
        "create_time": at,
        "update_time": at,
        **facts,
    }


def event(kind: str, resource_type: str, resource: Resource, at: datetime) -> Resource:
    ref = f"WH-{token()}-{token()}"
    path = f"/v1/notifications/webhooks-events/{ref}"
    return {
        "id": ref,
        "event_version": "1.0",
        "create_time": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "resource_type": resource_type,
        "resource_version": "2.0",
        "event_type": kind,
        "summary": f"{kind} · über PayPal",
        "resource": resource,
        "links": [link("self", path), link("resend", f"{path}/resend", "POST")],
    }
