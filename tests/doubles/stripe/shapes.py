"""Stripe's resources as its answers shape them: every key there is, null where there is nothing to say."""

import secrets
import string
from typing import Any

import stripe
from stripe.checkout import Session

LIBRARY_ONLY = {"OBJECT_NAME", "line_items", "tax_id_collection"}
LETTERS = string.ascii_letters + string.digits


def token(prefix: str, length: int = 24) -> str:
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(length))}"


def checkout_session(**facts: Any) -> dict[str, Any]:
    return _blank(Session) | {
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer_creation": "if_required",
        "invoice_creation": {"enabled": False, "invoice_data": {}},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        **facts,
    }


def payment_intent(**facts: Any) -> dict[str, Any]:
    return _blank(stripe.PaymentIntent) | {
        "object": "payment_intent",
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        **facts,
    }


def charge(**facts: Any) -> dict[str, Any]:
    return _blank(stripe.Charge) | {
        "object": "charge",
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": True,
        "disputed": False,
        "fraud_details": {},
        "paid": True,
        "refunded": False,
        "status": "succeeded",
        **facts,
    }


def refund(**facts: Any) -> dict[str, Any]:
    return _blank(stripe.Refund) | {"object": "refund", "status": "succeeded", **facts}


def subscription(**facts: Any) -> dict[str, Any]:
    return _blank(stripe.Subscription) | {
        "object": "subscription",
        "automatic_tax": {"enabled": False, "disabled_reason": None, "liability": None},
        "billing_mode": {"type": "flexible", "flexible": {}},
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        **facts,
    }


def subscription_item(**facts: Any) -> dict[str, Any]:
    return _blank(stripe.SubscriptionItem) | {
        "object": "subscription_item",
        "discounts": [],
        "metadata": {},
        "quantity": 1,
        "tax_rates": [],
        **facts,
    }


def invoice(**facts: Any) -> dict[str, Any]:
    steps = ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
    return _blank(stripe.Invoice) | {
        "object": "invoice",
        "amount_paid": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "collection_method": "charge_automatically",
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "lines": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoices/lines"},
        "metadata": {},
        "payments": {"object": "list", "data": [], "has_more": False, "url": "/v1/invoice_payments"},
        "starting_balance": 0,
        "status": "draft",
        "status_transitions": dict.fromkeys(steps),
        **facts,
    }


def invoice_payment(**facts: Any) -> dict[str, Any]:
    blank = _blank(stripe.InvoicePayment)
    return blank | {"object": "invoice_payment", "is_default": True, "status": "paid", **facts}


def price(**facts: Any) -> dict[str, Any]:
    return _blank(stripe.Price) | {
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "metadata": {},
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "usage_type": "licensed",
            "trial_period_days": None,
        },
        "tax_behavior": "unspecified",
        "type": "recurring",
        **facts,
    }


def event(**facts: Any) -> dict[str, Any]:
    return {"object": "event", "pending_webhooks": 1, **facts}


def _blank(resource: type[stripe.StripeObject]) -> dict[str, Any]:
    return {name: None for name in resource.__annotations__ if name not in LIBRARY_ONLY}
