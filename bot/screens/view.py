"""A booking as one of its two people sees it: all that its card and the screens around it need to know."""

from dataclasses import dataclass
from datetime import datetime

from bot.screens.paying import NO_STEP, Step
from core.booking.disputes import Dispute
from core.booking.life import Booking
from core.booking.means import Offer
from core.booking.prepaying import Share
from core.booking.proposals import Proposal
from core.discovery import written
from core.discovery.figures import Standing
from core.money import Money
from core.payments.payments import PaymentState
from core.prepaid.entitlement import Why
from core.schedule.clocks import Zones


@dataclass(frozen=True, slots=True)
class View:
    """A booking as one of its two people sees it. `nearest` are other times where money came late.

    `credit` is how much of the price the student's wallet pays, `share` the pack that pays for it, `why_not` why a pack
    that there is does not, `others` what else could pay.
    """

    booking: Booking
    slug: str
    other: str
    is_mentor: bool
    now: datetime
    pay: Step = NO_STEP
    join_url: str = ""
    payment: PaymentState | None = None
    is_late: bool = False
    late_until: datetime | None = None
    nearest: tuple[datetime, ...] = ()
    review: written.Mine = written.NONE
    standing: Standing | None = None
    dispute: Dispute | None = None
    zones: Zones | None = None
    credit: Money | None = None
    proposal: Proposal | None = None
    share: Share | None = None
    why_not: Why | None = None
    others: tuple[Offer, ...] = ()

    @property
    def is_live_hold(self) -> bool:
        return self.booking.is_live_hold(self.now)

    @property
    def due(self) -> Money:
        """What is to be paid besides the wallet's part."""
        return self.booking.price - self.credit if self.credit else self.booking.price
