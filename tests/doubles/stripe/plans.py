"""Stripe's memory of subscriptions: their prices, their bills, and what becomes of them when a month is over.

As at Stripe a month's bill is a draft for an hour before it is charged, a bill that is not paid makes its subscription
past due and is tried again until two weeks are over, and credit of a customer lowers the next bill.
"""

from calendar import monthrange
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from tests.doubles.stripe import rules, shapes
from tests.doubles.stripe.wire import Refused

Resource = dict[str, Any]
Tell = Callable[[str, Resource], None]
Charge = Callable[[int, str, int], Resource]
DRAFT = 60 * 60
GIVES_UP = 14 * 24 * 60 * 60
EXPANDS = ("latest_invoice", "latest_invoice.payments", "customer")


class Plans:
    """`charge(amount, currency, at)` takes money by card and answers with the PaymentIntent."""

    def __init__(self, tell: Tell, charge: Charge, *, live: bool) -> None:
        self.subscriptions: dict[str, Resource] = {}
        self.invoices: dict[str, Resource] = {}
        self.prices: dict[str, Resource] = {}
        self.declining: set[str] = set()
        self._credit: dict[str, int] = {}
        self._tell, self._charge, self._live = tell, charge, live

    # --- what the API does ---------------------------------------------------------------------

    def subscription(self, ref: str, expand: list[str]) -> Resource:
        rules.expand(expand, EXPANDS)
        if ref not in self.subscriptions:
            raise Refused(f"No such subscription: '{ref}'", status=404, code="resource_missing", param="id")
        found = deepcopy(self.subscriptions[ref])
        if expand:
            found["latest_invoice"] = self._without_payments(self.invoices[found["latest_invoice"]])
        return found

    def invoices_of(self, params: Resource) -> Resource:
        rules.expand(params.get("expand", []), ("data.payments",))
        wanted, status = params.get("subscription"), params.get("status")
        found = [
            invoice
            for invoice in self.invoices.values()
            if wanted in (None, _subscription(invoice)) and status in (None, invoice["status"])
        ]
        if "data.payments" not in params.get("expand", []):
            found = [self._without_payments(invoice) for invoice in found]
        data = deepcopy(found[::-1][: params.get("limit", 10)])
        return {"object": "list", "url": "/v1/invoices", "has_more": len(found) > len(data), "data": data}

    def make_price(self, params: Resource, now: int) -> Resource:
        amount, currency = rules.recurring(params, "")
        price = self._price(amount, currency, now)
        return deepcopy(price)

    def update(self, ref: str, params: Resource, now: int) -> Resource:
        if self.subscription(ref, [])["status"] == "canceled":
            raise Refused("A canceled subscription can only update its cancellation_details and metadata.")
        subscription = self.subscriptions[ref]
        rules.expand(params.get("expand", []), EXPANDS)
        if "items" in params:
            self._change(subscription, params, now)
        if "metadata" in params:
            subscription["metadata"] |= params["metadata"]
        if "cancel_at_period_end" in params:
            ends = params["cancel_at_period_end"]
            subscription["cancel_at_period_end"] = ends
            subscription["cancel_at"] = _item(subscription)["current_period_end"] if ends else None
        self._tell("customer.subscription.updated", subscription)
        return self.subscription(ref, params.get("expand", []))

    def cancel(self, ref: str, now: int) -> Resource:
        self._end(self._live_one(ref), now)
        return self.subscription(ref, [])

    # --- what a person does --------------------------------------------------------------------

    def begin(self, session: Resource, metadata: Resource, now: int) -> Resource:
        """The first month is paid at the session's page."""
        price = self._price(session["amount_total"], session["currency"], now)
        ref, customer = shapes.token("sub"), shapes.token("cus", 14)
        item = shapes.subscription_item(
            id=shapes.token("si", 14),
            created=now,
            price=price,
            subscription=ref,
            current_period_start=now,
            current_period_end=month_after(now, now),
        )
        self.subscriptions[ref] = subscription = shapes.subscription(
            id=ref,
            billing_cycle_anchor=now,
            created=now,
            start_date=now,
            currency=session["currency"],
            customer=customer,
            items={
                "object": "list",
                "url": "/v1/subscription_items",
                "has_more": False,
                "data": [item],
            },
            livemode=self._live,
            metadata=dict(metadata),
            status="incomplete",
        )
        self._tell("customer.subscription.created", subscription)
        invoice = self._bill(subscription, price["unit_amount"], now, "subscription_create")
        self._pay(invoice, now)
        subscription["status"] = "active"
        self._tell("customer.subscription.updated", subscription)
        return subscription

    def pay_due(self, ref: str, now: int) -> None:
        """What is open is paid, with a card that works again. A subscription that is over stays so."""
        self.declining.discard(ref)
        subscription = self.subscriptions[ref]
        invoice = self.invoices[subscription["latest_invoice"]]
        if invoice["status"] != "open":
            raise AssertionError(f"there is nothing to pay: the invoice is {invoice['status']}")
        self._pay(invoice, now)
        if subscription["status"] != "canceled":
            subscription["status"] = "active"
            self._tell("customer.subscription.updated", subscription)

    def age(self, now: int) -> None:
        """What time has done by now, each thing at its own moment."""
        for subscription in self.subscriptions.values():
            while subscription["status"] != "canceled" and self._step(subscription, now):
                pass

    # --- inside --------------------------------------------------------------------------------

    def _step(self, subscription: Resource, now: int) -> bool:
        """Whether something more has happened to it by now."""
        invoice, end = (
            self.invoices[subscription["latest_invoice"]],
            _item(subscription)["current_period_end"],
        )
        if invoice["status"] == "draft" and invoice["created"] + DRAFT <= now:
            self._finalize(subscription, invoice, invoice["created"] + DRAFT)
            return True
        if invoice["status"] == "open" and invoice["created"] + GIVES_UP <= now:
            self._end(subscription, invoice["created"] + GIVES_UP)
            return True
        if end > now:
            return False
        if subscription["cancel_at_period_end"]:
            self._end(subscription, end)
        else:
            self._turn(subscription, end)
        return True

    def _turn(self, subscription: Resource, at: int) -> None:
        item = _item(subscription)
        item["current_period_start"] = at
        item["current_period_end"] = month_after(subscription["billing_cycle_anchor"], at)
        self._bill(subscription, item["price"]["unit_amount"], at, "subscription_cycle")
        self._tell("customer.subscription.updated", subscription)

    def _finalize(self, subscription: Resource, invoice: Resource, at: int) -> None:
        if subscription["id"] in self.declining:
            invoice |= {"status": "open", "attempted": True, "attempt_count": 1, "auto_advance": True}
            invoice["hosted_invoice_url"] = f"https://invoice.stripe.com/i/{invoice['id']}"
            subscription["status"] = "past_due"
            self._tell("invoice.payment_failed", invoice)
            self._tell("customer.subscription.updated", subscription)
        else:
            self._pay(invoice, at)

    def _change(self, subscription: Resource, params: Resource, now: int) -> None:
        item = _item(subscription)
        [wanted] = params["items"]
        if wanted.get("id") != item["id"] or wanted.get("price") not in self.prices:
            raise Refused("No such subscription item or price", code="resource_missing", param="items")
        price = self.prices[wanted["price"]]
        if price["currency"] != subscription["currency"]:
            raise Refused("The currency of a subscription cannot change", param="items[0][price]")
        start, end = item["current_period_start"], item["current_period_end"]
        more = (price["unit_amount"] - item["price"]["unit_amount"]) * (end - now) // (end - start)
        invoiced = params.get("proration_behavior") == "always_invoice"
        if more > 0 and subscription["id"] in self.declining:
            if params.get("payment_behavior") == "error_if_incomplete":
                raise Refused(
                    "Your card was declined.", status=402, kind="card_error", code="card_declined", kept=True
                )
            raise AssertionError("this double knows error_if_incomplete only")
        item["price"] = price
        if invoiced:
            self._pay(self._bill(subscription, more, now, "subscription_update"), now)

    def _bill(self, subscription: Resource, amount: int, at: int, reason: str) -> Resource:
        """A draft; what a customer has got credit for is taken off, and what is below zero is credit."""
        customer = subscription["customer"]
        credit = self._credit.get(customer, 0) - min(amount, 0)
        due = max(amount, 0)
        used = min(credit, due)
        if 0 < due - used < rules.LEAST.get(subscription["currency"], 1):
            used = due  # too little to be asked for: it is added to the next bill
        self._credit[customer] = credit - used
        ref = shapes.token("in")
        self.invoices[ref] = shapes.invoice(
            id=ref,
            amount_due=due - used,
            amount_remaining=due - used,
            billing_reason=reason,
            created=at,
            currency=subscription["currency"],
            customer=customer,
            livemode=self._live,
            parent={
                "type": "subscription_details",
                "quote_details": None,
                "subscription_details": {
                    "subscription": subscription["id"],
                    "metadata": dict(subscription["metadata"]),
                },
            },
            period_start=at,
            period_end=at,
            subtotal=amount,
            total=amount,
        )
        subscription["latest_invoice"] = ref
        return self.invoices[ref]

    def _pay(self, invoice: Resource, at: int) -> None:
        due = invoice["amount_due"]
        if due:
            intent = self._charge(due, invoice["currency"], at)
            payment = shapes.invoice_payment(
                id=shapes.token("inpay"),
                amount_paid=due,
                amount_requested=due,
                created=at,
                currency=invoice["currency"],
                invoice=invoice["id"],
                livemode=self._live,
                payment={"type": "payment_intent", "payment_intent": intent["id"]},
                status_transitions={"canceled_at": None, "paid_at": at},
            )
            invoice["payments"]["data"].append(payment)
        invoice |= {"status": "paid", "amount_paid": due, "amount_remaining": 0, "attempted": True}
        invoice["status_transitions"] |= {"finalized_at": at, "paid_at": at}
        self._tell("invoice.paid", invoice)

    def _end(self, subscription: Resource, at: int) -> None:
        """What is open stays so: it is not tried again, but its page can still be paid."""
        subscription |= {"status": "canceled", "canceled_at": at, "ended_at": at}
        self.invoices[subscription["latest_invoice"]]["auto_advance"] = False
        self._tell("customer.subscription.deleted", subscription)

    def _live_one(self, ref: str) -> Resource:
        self.subscription(ref, [])
        subscription = self.subscriptions[ref]
        if subscription["status"] == "canceled":
            raise Refused(f"No such subscription: '{ref}'", status=404, code="resource_missing", param="id")
        return subscription

    def _price(self, amount: int, currency: str, now: int) -> Resource:
        price = shapes.price(
            id=shapes.token("price"),
            created=now,
            currency=currency,
            livemode=self._live,
            product=shapes.token("prod", 14),
            unit_amount=amount,
            unit_amount_decimal=str(amount),
        )
        self.prices[price["id"]] = price
        return price

    def _without_payments(self, invoice: Resource) -> Resource:
        """They come only where they are asked for."""
        return {name: value for name, value in invoice.items() if name != "payments"}


def month_after(anchor: int, at: int) -> int:
    """The next moment after `at` on the anchor's day of a month."""
    first, then = datetime.fromtimestamp(anchor, UTC), datetime.fromtimestamp(at, UTC)
    for months in (0, 1):
        year, month = divmod(then.year * 12 + then.month - 1 + months, 12)
        day = min(first.day, monthrange(year, month + 1)[1])
        moment = int(first.replace(year=year, month=month + 1, day=day).timestamp())
        if moment > at:
            return moment
    raise AssertionError("a month has an end")


def _item(subscription: Resource) -> Resource:
    item: Resource = subscription["items"]["data"][0]
    return item


def _subscription(invoice: Resource) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])
