"""Razorpay's own memory: links, what was paid and given back, and the events that tell of it.

Time is the clock it is handed: a link past its `expire_by` is expired whenever someone looks.
"""

import secrets
import string
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from core.clock import Clock
from tests.doubles.razorpay import rules
from tests.doubles.razorpay.rules import Refused

Resource = dict[str, Any]
LETTERS = string.ascii_letters + string.digits
UNKNOWN = "The id provided does not exist"


class World:
    def __init__(self, clock: Clock, tell: Callable[[str, dict[str, Resource]], None]) -> None:
        self.links: dict[str, Resource] = {}
        self.payments: dict[str, Resource] = {}
        self.refunds: dict[str, Resource] = {}
        self.refund_status = "processed"
        self._clock = clock
        self._tell = tell

    def now(self) -> int:
        return int(self._clock.now().timestamp())

    def age(self) -> None:
        for link in self.links.values():
            if link["status"] == "created" and link["expire_by"] <= self.now():
                self._end(link, "expired")

    # --- what the API does ---------------------------------------------------------------------

    def open(self, given: Resource) -> Resource:
        rules.link(given, self.now())
        reference = given.get("reference_id", "")
        if reference and any(link["reference_id"] == reference for link in self.links.values()):
            raise Refused("payment link with given reference_id already exists", field="reference_id")
        ref = token("plink")
        self.links[ref] = {
            "id": ref,
            **{"accept_partial": False, "currency": "INR", "description": "", "reference_id": ""},
            **{"callback_url": "", "callback_method": "", "notes": [], "expire_by": 0},
            **{"notify": {"sms": False, "email": False}, "reminder_enable": False},
            **given,
            **{"amount_paid": 0, "cancelled_at": 0, "expired_at": 0, "first_min_partial_amount": 0},
            **{"customer": {}, "payments": None, "reminders": [], "upi_link": False, "user_id": ""},
            "created_at": self.now(),
            "short_url": f"https://rzp.io/i/{ref.removeprefix('plink_')}",
            "status": "created",
            "updated_at": self.now(),
        }
        return deepcopy(self.links[ref])

    def link(self, ref: str) -> Resource:
        self.age()
        return deepcopy(self._link(ref))

    def listed(self, reference: str | None) -> Resource:
        """A list does not tell of payments."""
        self.age()
        found = [link for link in self.links.values() if reference in (None, link["reference_id"])]
        return {"payment_links": [deepcopy(link) | {"payments": []} for link in found[::-1]]}

    def cancel(self, ref: str) -> Resource:
        status = self.link(ref)["status"]
        if status in ("paid", "partially_paid"):
            raise Refused("cannot cancel or expire an already paid / partially paid link")
        if status != "created":
            raise Refused(f"Payment Link is already {status}")
        self._end(self.links[ref], "cancelled")
        return self.link(ref)

    def payment(self, ref: str) -> Resource:
        if ref not in self.payments:
            raise Refused(UNKNOWN)
        return deepcopy(self.payments[ref])

    def give_back(self, ref: str, given: Resource) -> Resource:
        amount = rules.refund(given, self.payment(ref))
        refund = {
            "id": token("rfnd"),
            "entity": "refund",
            "amount": amount,
            "currency": "INR",
            "payment_id": ref,
            "notes": given.get("notes", []),
            "receipt": given.get("receipt"),
            "acquirer_data": {"arn": None},
            "created_at": self.now(),
            "batch_id": None,
            "status": self.refund_status,
            "speed_processed": "normal",
            "speed_requested": given.get("speed", "normal"),
        }
        self.refunds[refund["id"]] = refund
        if refund["status"] != "failed":
            self._count(refund, amount)
        self._say_of("refund.created", refund)
        if refund["status"] != "pending":
            self._say_of(f"refund.{refund['status']}", refund)
        return deepcopy(refund)

    def refund(self, ref: str) -> Resource:
        if ref not in self.refunds:
            raise Refused(UNKNOWN)
        return deepcopy(self.refunds[ref])

    def refunds_of(self, payment: str) -> Resource:
        self.payment(payment)
        items = [deepcopy(one) for one in self.refunds.values() if one["payment_id"] == payment]
        return {"entity": "collection", "count": len(items), "items": items}

    # --- what a person does --------------------------------------------------------------------

    def pay(self, ref: str, method: str, amount: int | None = None) -> str:
        """`amount` is a part of it, as an account may take although nobody asked it to."""
        link = self._payable(ref)
        payment = self._payment(link, method, "captured", amount or link["amount"])
        link["amount_paid"] += payment["amount"]
        link["status"] = "paid" if link["amount_paid"] == link["amount"] else "partially_paid"
        self._tell("payment.captured", {"payment": payment})
        self._tell(f"payment_link.{link['status']}", {"payment_link": link, "payment": payment})
        return str(payment["id"])

    def fail(self, ref: str, method: str) -> str:
        payment = self._payment(self._payable(ref), method, "failed", self.links[ref]["amount"])
        payment |= {"error_code": "BAD_REQUEST_ERROR", "error_reason": "payment_failed"}
        self._tell("payment.failed", {"payment": payment})
        return str(payment["id"])

    def end_refund(self, ref: str, status: str) -> None:
        """What the bank says of a refund: a pending one ends, and even one that was processed may fail."""
        refund = self.refunds[ref]
        if (refund["status"], status) not in ENDS:
            raise AssertionError(f"no refund goes from {refund['status']} to {status}")
        refund["status"] = status
        if status == "failed":
            self._count(refund, -refund["amount"])
        self._say_of(f"refund.{status}", refund)

    # --- inside --------------------------------------------------------------------------------

    def _link(self, ref: str) -> Resource:
        if ref not in self.links:
            raise Refused(UNKNOWN)
        return self.links[ref]

    def _payable(self, ref: str) -> Resource:
        self.age()
        link = self.links[ref]
        if link["status"] not in ("created", "partially_paid"):
            raise AssertionError(f"nobody can pay a link that is {link['status']}")
        return link

    def _end(self, link: Resource, status: str) -> None:
        link |= {"status": status, f"{status}_at": self.now(), "updated_at": self.now()}
        self._tell(f"payment_link.{status}", {"payment_link": link})

    def _payment(self, link: Resource, method: str, status: str, amount: int) -> Resource:
        payment = {
            "id": token("pay"),
            "entity": "payment",
            "amount": amount,
            "currency": link["currency"],
            "status": status,
            "order_id": link.setdefault("order_id", token("order")),
            "method": method,
            "amount_refunded": 0,
            "refund_status": None,
            "captured": status == "captured",
            "description": f"#{link['id'].removeprefix('plink_')}",
            "vpa": "ana@example" if method == "upi" else None,
            "notes": [],
            "created_at": self.now(),
        }
        self.payments[payment["id"]] = payment
        names = ("amount", "created_at", "method", "status")
        entry = {name: payment[name] for name in names} | {"payment_id": payment["id"]}
        link["payments"] = [*(link["payments"] or []), entry | {"plink_id": link["id"]}]
        link["updated_at"] = self.now()
        return payment

    def _count(self, refund: Mapping[str, Any], amount: int) -> None:
        payment = self.payments[refund["payment_id"]]
        gone = payment["amount_refunded"] + amount
        is_full = gone == payment["amount"]
        payment["amount_refunded"] = gone
        payment["refund_status"] = "full" if is_full else "partial" if gone else None
        payment["status"] = "refunded" if is_full else "captured"

    def _say_of(self, kind: str, refund: Resource) -> None:
        self._tell(kind, {"refund": refund, "payment": self.payments[refund["payment_id"]]})


ENDS = {("pending", "processed"), ("pending", "failed"), ("processed", "failed")}


def token(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(14))}"
