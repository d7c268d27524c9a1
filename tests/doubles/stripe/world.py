"""Stripe's own memory: sessions, what was paid and given back, and the events that tells of it.

Time is the clock it is handed: an open session past its `expires_at` is expired whenever someone looks.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from core.clock import Clock
from tests.doubles.stripe import rules, shapes
from tests.doubles.stripe.plans import Plans
from tests.doubles.stripe.wire import Refused

Resource = dict[str, Any]
ENDS = {"pending": ("succeeded", "failed", "canceled"), "succeeded": ("failed",)}
SESSION_EXPANDS = (
    *("payment_intent", "payment_intent.latest_charge", "line_items", "customer"),
    *("subscription", "subscription.latest_invoice"),
)


class World:
    def __init__(self, clock: Clock, tell: Callable[[str, Resource], None], *, live: bool) -> None:
        self.sessions: dict[str, Resource] = {}
        self.intents: dict[str, Resource] = {}
        self.charges: dict[str, Resource] = {}
        self.refunds: dict[str, Resource] = {}
        self.refund_status = "succeeded"
        self.plans = Plans(tell, self._charge_card, live=live)
        self._intent_data: dict[str, Resource] = {}
        self._subscription_data: dict[str, Resource] = {}
        self._clock = clock
        self._tell = tell
        self._live = live

    def now(self) -> int:
        return int(self._clock.now().timestamp())

    def age(self) -> None:
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self._expire(session)
        self.plans.age(self.now())

    # --- what the API does ---------------------------------------------------------------------

    def open_session(self, params: Resource) -> Resource:
        rules.expand(params.get("expand", []), SESSION_EXPANDS)
        rules.session(params, self.now())
        amount, currency = rules.total(params)
        ref = shapes.token("cs_live" if self._live else "cs_test", 58)
        names = ("mode", "success_url", "cancel_url", "client_reference_id", "locale", "submit_type")
        self.sessions[ref] = shapes.checkout_session(
            **{name: params[name] for name in names if name in params},
            id=ref,
            amount_subtotal=amount,
            amount_total=amount,
            currency=currency,
            allowed_payment_method_types=params.get("allowed_payment_method_types"),
            created=self.now(),
            expires_at=params.get("expires_at", self.now() + rules.LONGEST),
            livemode=self._live,
            metadata=params.get("metadata", {}),
            url=f"https://checkout.stripe.com/c/pay/{ref}#{shapes.token('fid', 300)}",
        )
        self._intent_data[ref] = params.get("payment_intent_data", {})
        self._subscription_data[ref] = params.get("subscription_data", {})
        return self.session(ref, params.get("expand", []))

    def session(self, ref: str, expand: list[str]) -> Resource:
        rules.expand(expand, SESSION_EXPANDS)
        self.age()
        if ref not in self.sessions:
            message = f"No such checkout.session: {ref}"
            raise Refused(message, status=404, code="resource_missing", param="session")
        session = deepcopy(self.sessions[ref])
        intent = session["payment_intent"]
        if intent and any(path.startswith("payment_intent") for path in expand):
            wants_charge = "payment_intent.latest_charge" in expand
            session["payment_intent"] = self.intent(intent, ["latest_charge"] if wants_charge else [])
        if session["subscription"] and "subscription" in expand:
            wanted = ["latest_invoice"] if "subscription.latest_invoice" in expand else []
            session["subscription"] = self.plans.subscription(session["subscription"], wanted)
        return session

    def expire_session(self, ref: str, expand: list[str]) -> Resource:
        status = self.session(ref, expand)["status"]
        if status != "open":
            message = (
                'Only Checkout Sessions with a status in ["open"] can be expired.'
                f" This Checkout Session has a status of `{status}`."
            )
            raise Refused(message, kept=True)
        self._expire(self.sessions[ref])
        return self.session(ref, expand)

    def intent(self, ref: str, expand: list[str]) -> Resource:
        rules.expand(expand, ("latest_charge",))
        if ref not in self.intents:
            message = f"No such payment_intent: '{ref}'"
            raise Refused(message, status=404, code="resource_missing", param="intent")
        intent = deepcopy(self.intents[ref])
        if intent["latest_charge"] and expand:
            intent["latest_charge"] = deepcopy(self.charges[intent["latest_charge"]])
        return intent

    def give_back(self, params: Resource) -> Resource:
        rules.expand(params.get("expand", []), ())
        charge = self._charge(params)
        left = charge["amount"] - charge["amount_refunded"]
        amount = rules.refund(params, left, charge["currency"])
        refund = shapes.refund(
            id=shapes.token("re"),
            amount=amount,
            charge=charge["id"],
            created=self.now(),
            currency=charge["currency"],
            metadata=params.get("metadata", {}),
            payment_intent=charge["payment_intent"],
            reason=params.get("reason"),
            status=self.refund_status,
        )
        self.refunds[refund["id"]] = refund
        if refund["status"] != "failed":
            charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return deepcopy(refund)

    def refund(self, ref: str, expand: list[str]) -> Resource:
        rules.expand(expand, ())
        if ref not in self.refunds:
            raise Refused(f"No such refund: '{ref}'", status=404, code="resource_missing", param="id")
        return deepcopy(self.refunds[ref])

    def refunds_of(self, intent: str | None) -> Resource:
        found = [one for one in self.refunds.values() if intent in (None, one["payment_intent"])]
        return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": deepcopy(found[::-1])}

    # --- what a person does --------------------------------------------------------------------

    def pay(self, ref: str) -> Resource:
        session = self._payable(ref)
        if session["mode"] == "subscription":
            return self._subscribe(session)
        intent = self._intent(session)
        self._succeed(intent)
        self._complete(session, "paid")
        self._tell("checkout.session.completed", session)
        return deepcopy(intent)

    def _subscribe(self, session: Resource) -> Resource:
        """The first month is paid: there is a subscription. Its intent is that of its invoice."""
        data = self._subscription_data[session["id"]]
        subscription = self.plans.begin(session, data.get("metadata", {}), self.now())
        invoice = subscription["latest_invoice"]
        session |= {
            "subscription": subscription["id"],
            "customer": subscription["customer"],
            "invoice": invoice,
        }
        self._complete(session, "paid")
        self._tell("checkout.session.completed", session)
        return deepcopy(list(self.intents.values())[-1])

    def pay_unpaid(self, ref: str) -> Resource:
        session = self._payable(ref)
        intent = self._intent(session)
        intent["status"] = "processing"
        self._complete(session, "unpaid")
        self._tell("checkout.session.completed", session)
        return deepcopy(intent)

    def succeed(self, ref: str) -> None:
        session = self._waiting(ref)
        self._succeed(self.intents[session["payment_intent"]])
        session["payment_status"] = "paid"
        self._tell("checkout.session.async_payment_succeeded", session)

    def fail(self, ref: str) -> None:
        session = self._waiting(ref)
        self._refuse(self.intents[session["payment_intent"]])
        self._tell("checkout.session.async_payment_failed", session)

    def decline(self, ref: str) -> None:
        session = self._payable(ref)
        self._refuse(self._intent(session))

    def expire(self, ref: str) -> None:
        self._expire(self._payable(ref))

    def end_refund(self, ref: str, status: str) -> None:
        """What the bank says of a refund: a pending one ends, and even one that had succeeded may fail."""
        refund = self.refunds[ref]
        if status not in ENDS.get(refund["status"], ()):
            raise AssertionError(f"no refund goes from {refund['status']} to {status}")
        refund["status"] = status
        if status in ("failed", "canceled"):
            refund["failure_reason"] = "expired_or_canceled_card"
            refund["failure_balance_transaction"] = shapes.token("txn")
            charge = self.charges[refund["charge"]]
            charge |= {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False}
            self._tell("refund.failed", refund)
        self._tell("refund.updated", refund)
        self._tell("charge.refund.updated", refund)

    # --- inside --------------------------------------------------------------------------------

    def _payable(self, ref: str) -> Resource:
        self.age()
        session = self.sessions[ref]
        if session["status"] != "open":
            raise AssertionError(f"nobody can pay a session that is {session['status']}")
        return session

    def _waiting(self, ref: str) -> Resource:
        session = self.sessions[ref]
        if (session["status"], session["payment_status"]) != ("complete", "unpaid"):
            raise AssertionError("only a complete and unpaid session waits for its bank")
        return session

    def _expire(self, session: Resource) -> None:
        session |= {"status": "expired", "url": None}
        self._tell("checkout.session.expired", session)

    def _complete(self, session: Resource, payment_status: str) -> None:
        session |= {"status": "complete", "payment_status": payment_status, "url": None}
        session["customer_details"] = {"email": "ana@example.com", "name": "Ana", "tax_exempt": "none"}

    def _intent(self, session: Resource) -> Resource:
        """The session's intent, which there is from the first try to pay on."""
        if session["payment_intent"]:
            return self.intents[session["payment_intent"]]
        ref = shapes.token("pi")
        data = self._intent_data[session["id"]]
        self.intents[ref] = shapes.payment_intent(
            id=ref,
            amount=session["amount_total"],
            client_secret=f"{ref}_secret_{shapes.token('x')}",
            created=self.now(),
            currency=session["currency"],
            description=data.get("description"),
            livemode=self._live,
            metadata=data.get("metadata", {}),
        )
        session["payment_intent"] = ref
        return self.intents[ref]

    def _charge_card(self, amount: int, currency: str, at: int) -> Resource:
        """Takes a month's money."""
        ref = shapes.token("pi")
        self.intents[ref] = shapes.payment_intent(
            id=ref,
            amount=amount,
            client_secret=f"{ref}_secret_{shapes.token('x')}",
            created=at,
            currency=currency,
            livemode=self._live,
            metadata={},
        )
        self._succeed(self.intents[ref], at)
        return self.intents[ref]

    def _succeed(self, intent: Resource, at: int | None = None) -> None:
        names = ("amount", "currency", "livemode", "metadata", "description")
        charge = shapes.charge(
            **{name: intent[name] for name in names},
            id=shapes.token("ch"),
            amount_captured=intent["amount"],
            created=at or self.now(),
            payment_intent=intent["id"],
        )
        self.charges[charge["id"]] = charge
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
        self._tell("charge.succeeded", charge)
        self._tell("payment_intent.succeeded", intent)

    def _refuse(self, intent: Resource) -> None:
        error = {"type": "card_error", "code": "card_declined", "message": "The card was declined."}
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        self._tell("payment_intent.payment_failed", intent)

    def _charge(self, params: Resource) -> Resource:
        if ("payment_intent" in params) == ("charge" in params):
            raise Refused("exactly one of payment_intent and charge", code="parameter_missing")
        if "payment_intent" in params:
            ref = self.intent(params["payment_intent"], [])["latest_charge"]
            if ref is None:
                raise Refused("This PaymentIntent has no successful charge to refund.", kept=True)
            return self.charges[ref]
        if params["charge"] not in self.charges:
            raise Refused(f"No such charge: '{params['charge']}'", status=404, code="resource_missing")
        return self.charges[params["charge"]]
