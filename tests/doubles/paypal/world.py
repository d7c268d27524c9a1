"""PayPal's own memory: orders, what was captured and given back, and the events that tell of it.

Time is the clock it is handed: an order that nobody pays for is forgotten three hours after it was made or approved.
"""

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.clock import Clock
from tests.doubles.paypal import rules, shapes
from tests.doubles.paypal.shapes import Refused, Resource

LIFE = timedelta(hours=3)
WAITING = ("CREATED", "PAYER_ACTION_REQUIRED")
OUTCOMES = ("COMPLETED", "PENDING", "DECLINED", "INSTRUMENT_DECLINED")
ENDS = {"PENDING": ("COMPLETED", "FAILED", "CANCELLED"), "COMPLETED": ("FAILED",)}


class World:
    """`outcome` is what becomes of captures, `refund_status` of refunds."""

    def __init__(self, clock: Clock, tell: Callable[[str, str, Resource], None]) -> None:
        self.orders: dict[str, Resource] = {}
        self.captures: dict[str, Resource] = {}
        self.refunds: dict[str, Resource] = {}
        self.return_urls: dict[str, str] = {}
        self.outcome = "COMPLETED"
        self.refund_status = "COMPLETED"
        self.takes_notes_early = True
        self._touched: dict[str, datetime] = {}
        self._clock = clock
        self._tell = tell

    def now(self) -> datetime:
        return self._clock.now()

    @property
    def kept(self) -> int:
        """What was captured and did not go back, in hundredths."""
        gone = ("PENDING", "DECLINED")
        return int(sum(self._left(ref) for ref, c in self.captures.items() if c["status"] not in gone) * 100)

    # --- what the API does ---------------------------------------------------------------------

    def create(self, body: Any) -> Resource:
        value, currency = rules.order(body)
        [unit] = deepcopy(body["purchase_units"])
        self._is_new_invoice(unit)
        ref, at = shapes.token(), shapes.stamp(self.now())
        status = "PAYER_ACTION_REQUIRED" if "payment_source" in body else "CREATED"
        self.orders[ref] = {
            "id": ref,
            "intent": body["intent"],
            "status": status,
            "payment_source": {"paypal": {}},
            "purchase_units": [{"reference_id": "default", **unit, "amount": shapes.money(value, currency)}],
            "create_time": at,
            "links": shapes.order_links(ref, status),
        }
        wallet = body.get("payment_source", {}).get("paypal", {})
        self.return_urls[ref] = wallet.get("experience_context", {}).get("return_url", "")
        self._touched[ref] = self.now()
        return deepcopy(self.orders[ref])

    def order(self, ref: str) -> Resource:
        return deepcopy(self._order(ref))

    def change(self, ref: str, body: Any) -> None:
        order = self._order(ref)
        for reference, field, value in rules.changes(body):
            if order["status"] == "COMPLETED":
                raise Refused(422, "ORDER_ALREADY_COMPLETED")
            if order["status"] == "PAYER_ACTION_REQUIRED" and not self.takes_notes_early:
                raise Refused(422, "NOT_PATCHABLE")
            [unit] = order["purchase_units"]
            if reference != unit["reference_id"]:
                raise Refused(422, "REFERENCE_ID_NOT_FOUND")
            if field not in unit:
                raise Refused(400, "INVALID_PATCH_OPERATION")
            unit[field] = value

    def capture(self, ref: str, body: Any) -> Resource:
        rules.capture(body)
        order = self._order(ref)
        if order["status"] == "COMPLETED":
            raise Refused(422, "ORDER_ALREADY_CAPTURED", kept=True)
        if order["status"] != "APPROVED":
            raise Refused(422, "ORDER_NOT_APPROVED")
        [unit] = order["purchase_units"]
        self._is_new_invoice(unit)
        if self.outcome == "INSTRUMENT_DECLINED":
            back = shapes.link("redirect", f"/checkoutnow?token={ref}", base=shapes.SITE)
            raise Refused(422, "INSTRUMENT_DECLINED", kept=True, link=back)
        self._take(order, unit)
        return deepcopy(order)

    def captured(self, ref: str) -> Resource:
        capture = deepcopy(self._capture(ref))
        [order] = [one["id"] for one in self.orders.values() if ref in _captures(one)]
        return capture | {"supplementary_data": {"related_ids": {"order_id": order}}}

    def give_back(self, ref: str, body: Any) -> Resource:
        wanted = rules.refund(body)
        capture = self._capture(ref)
        if capture["status"] in ("PENDING", "DECLINED"):
            raise Refused(422, "PENDING_CAPTURE" if capture["status"] == "PENDING" else "REFUND_NOT_ALLOWED")
        if any(one.get("invoice_id") == body.get("invoice_id", "") for one in self.refunds.values()):
            raise Refused(422, "DUPLICATE_INVOICE_ID", "/invoice_id", kept=True)
        currency, left = capture["amount"]["currency_code"], self._left(ref)
        value, asked = wanted or (left, currency)
        if asked != currency:
            raise Refused(422, "REFUND_CAPTURE_CURRENCY_MISMATCH", "/amount/currency_code")
        if left == 0:
            raise Refused(422, "CAPTURE_FULLY_REFUNDED", kept=True)
        if value > left:
            raise Refused(422, "REFUND_AMOUNT_EXCEEDED", "/amount/value", kept=True)
        names = ("custom_id", "invoice_id", "note_to_payer")
        facts = {name: body[name] for name in names if name in body}
        return deepcopy(
            self._give_back(capture, value, "PAYMENT.CAPTURE.REFUNDED", self.refund_status, **facts)
        )

    def refunded(self, ref: str) -> Resource:
        if ref not in self.refunds:
            raise Refused(404, "INVALID_RESOURCE_ID", "/refund_id")
        return deepcopy(self.refunds[ref])

    # --- what people and banks do --------------------------------------------------------------

    def approve(self, ref: str) -> None:
        """The payer agrees; once declined, with another card."""
        order = self._order(ref)
        if order["status"] == "COMPLETED":
            raise AssertionError("nobody can approve an order that is paid")
        at = shapes.stamp(self.now())
        order |= {"status": "APPROVED", "payer": shapes.PAYER, "update_time": at}
        order["links"] = shapes.order_links(ref, "APPROVED")
        self._touched[ref] = self.now()
        self._tell("CHECKOUT.ORDER.APPROVED", "checkout-order", order)

    def complete(self, capture: str) -> None:
        """A capture that was pending arrives."""
        self._end(capture, "COMPLETED", "PAYMENT.CAPTURE.COMPLETED")

    def deny(self, capture: str) -> None:
        """A capture that was pending never arrives."""
        self._end(capture, "DECLINED", "PAYMENT.CAPTURE.DENIED")

    def reverse(self, capture: str) -> None:
        """PayPal takes back what is left, for the payer's bank does."""
        found = self._capture(capture)
        self._give_back(found, self._left(capture), "PAYMENT.CAPTURE.REVERSED", "COMPLETED")

    def end_refund(self, ref: str, status: str) -> None:
        refund = self.refunds[ref]
        if status not in ENDS.get(refund["status"], ()):
            raise AssertionError(f"no refund goes from {refund['status']} to {status}")
        refund |= {"status": status, "update_time": shapes.stamp(self.now())}
        capture = self._capture(refund["links"][1]["href"].rpartition("/")[2])
        self._mark(capture)
        if status == "COMPLETED":  # of one that fails PayPal tells nothing
            self._tell("PAYMENT.CAPTURE.REFUNDED", "refund", refund)

    # --- inside --------------------------------------------------------------------------------

    def _order(self, ref: str) -> Resource:
        order = self.orders.get(ref)
        if order is None or (order["status"] != "COMPLETED" and self.now() >= self._touched[ref] + LIFE):
            raise Refused(404, "INVALID_RESOURCE_ID", "/id")
        return order

    def _capture(self, ref: str) -> Resource:
        if ref not in self.captures:
            raise Refused(404, "INVALID_RESOURCE_ID", "/capture_id")
        return self.captures[ref]

    def _is_new_invoice(self, unit: Resource) -> None:
        """The account demands that an invoice is paid once."""
        taken = (one.get("invoice_id") for one in self.captures.values() if one["status"] != "DECLINED")
        if "invoice_id" in unit and unit["invoice_id"] in taken:
            raise Refused(422, "DUPLICATE_INVOICE_ID", kept=True)

    def _take(self, order: Resource, unit: Resource) -> None:
        at = shapes.stamp(self.now())
        names = ("custom_id", "invoice_id")
        facts = {name: unit[name] for name in names if name in unit}
        capture = shapes.capture(shapes.token(), order["id"], unit["amount"], self.outcome, at, **facts)
        self.captures[capture["id"]] = capture
        unit["payments"] = {"captures": [capture], "refunds": []}
        order |= {
            "status": "COMPLETED",
            "update_time": at,
            "links": shapes.order_links(order["id"], "COMPLETED"),
        }
        self._hear(capture, {"DECLINED": "DENIED"}.get(self.outcome, self.outcome))

    def _end(self, ref: str, status: str, kind: str) -> None:
        capture = self._capture(ref)
        if capture["status"] != "PENDING":
            raise AssertionError("only a pending capture waits for its bank")
        capture |= {"status": status, "update_time": shapes.stamp(self.now())}
        capture.pop("status_details")
        self._hear(capture, kind.rpartition(".")[2])

    def _hear(self, capture: Resource, what: str) -> None:
        self._tell(f"PAYMENT.CAPTURE.{what}", "capture", self.captured(capture["id"]))

    def _left(self, capture: str) -> Decimal:
        path = f"/v2/payments/captures/{capture}"
        mine = (one for one in self.refunds.values() if one["links"][1]["href"].endswith(path))
        gone = (Decimal(one["amount"]["value"]) for one in mine if one["status"] in ("COMPLETED", "PENDING"))
        return Decimal(self.captures[capture]["amount"]["value"]) - sum(gone, Decimal())

    def _give_back(self, capture: Resource, value: Decimal, kind: str, status: str, **facts: Any) -> Resource:
        amount = shapes.money(value, capture["amount"]["currency_code"])
        at = shapes.pacific(self.now())
        refund = shapes.refund(shapes.token(), capture["id"], amount, status, at, **facts)
        self.refunds[refund["id"]] = refund
        [order] = [one for one in self.orders.values() if capture["id"] in _captures(one)]
        order["purchase_units"][0]["payments"]["refunds"].append(refund)
        self._mark(capture)
        self._tell(kind, "refund", refund)
        return refund

    def _mark(self, capture: Resource) -> None:
        left = self._left(capture["id"])
        is_whole = left == Decimal(capture["amount"]["value"])
        status = "COMPLETED" if is_whole else "PARTIALLY_REFUNDED" if left else "REFUNDED"
        capture |= {"status": status, "update_time": shapes.stamp(self.now())}


def _captures(order: Resource) -> list[str]:
    return [one["id"] for one in order["purchase_units"][0].get("payments", {}).get("captures", [])]
