"""What is said when something is refused: packs, seats, plans and ways to pay."""

from collections.abc import Mapping
from typing import Final

from core.chat import Text, _

SENTENCES: Final[Mapping[str, Text]] = {
    "pack.code": _("There is no pack “{code}” that you may see here."),
    "pack.nothing_left": _("No session of this pack is left that is not booked."),
    "pack.not_left": _("There is nothing to choose for this pack any more. /packs shows how it stands."),
    "pack.empty": _("The pack has only {left} sessions that can be taken."),
    "product.unknown": _("I do not know this pack. /packs shows what there is."),
    "product.retired": _("This pack is not sold any more. /packs shows what there is."),
    "product.changed": _(
        "This pack has changed since you saw it. “{name}” is {sessions} × {length} for {price} now."
    ),
    "product.many": _("At most {most} packs can be on sale. Take one off sale first."),
    "product.sessions": _("A pack has {lowest} to {highest} sessions."),
    "product.days": _("A pack is valid for {lowest} to {highest} days."),
    "product.forbidden": _("Only the staff, and a mentor for themselves, put packs on sale."),
    "pack.unknown": _("There is no such pack of yours. /packs shows what you have."),
    "pack.own": _("You cannot buy your own sessions."),
    "pack.too_fast": _("That was a lot of packs at once. Wait a minute, please."),
    "pack.paused": _(
        "Your last {count} packs were not paid. You can buy again from {until}; until then others get a chance."
    ),
    "pack.is_held": _("This pack waits for its payment."),
    "pack.is_active": _("This pack is paid already. /packs shows it."),
    "pack.is_used": _("This pack is used up. You can renew it: /packs."),
    "pack.is_expired": _("This pack has ended. You can renew it: /packs."),
    "pack.is_refunded": _("This pack was refunded."),
    "pack.is_lapsed": _("This pack was not paid. You were not charged; get it again with /packs."),
    "pack.is_canceled": _("This pack was let go. Get it again with /packs."),
    "seat.unknown": _("You are not in this line. /packs shows where you wait."),
    "seat.yours": _("You have a seat with {name} already, so there is nothing to wait for: /packs."),
    "seat.free": _("{name} has a free seat. You can buy a pack at once: /packs."),
    "seat.many": _("You wait for {most} seats already. Leave one of the lines first: /packs."),
    "seat.gone": _(
        "This offer is over: the seat has gone to the next in line. /packs shows where you stand."
    ),
    "seat.none": _("{name} has no free seat at the moment. You can wait for one: /packs."),
    "seat.over": _(
        "Your seat with {name} was kept as long as it could be. /packs shows what you can do now."
    ),
    "seat.is_reserved": _("This seat is only reserved so far."),
    "seat.is_active": _("This seat is in use."),
    "seat.is_grace": _("This seat is in its grace period."),
    "seat.is_released": _("This seat has been released already. /packs shows what you can do now."),
    "plan.unknown": _("There is no such plan here."),
    "plan.minutes": _("A plan includes between 0 and {most} minutes a month."),
    "plan.discount": _(
        "The discount may be between 0 and {most} %: the community carries it out of its commission."
    ),
    "plan.priority": _("Members may book between 0 and {most} hours before others."),
    "plan.many": _("At most {most} plans are on sale at once. Take one of them off sale first."),
    "plan.no_provider": _(
        "No provider that takes monthly payments is set up here, so a plan can only cost nothing."
    ),
    "plan.retired": _("{name} is not on sale any more. Whoever has it keeps it."),
    "plan.have": _("You have {name} already."),
    "plan.running": _("You have {name} already. You can change it to another plan: /plans."),
    "plan.end_first": _("End {name} first. When its month is over you can take a plan that costs nothing."),
    "plan.used_more": _(
        "You have used {used} minutes this month, more than {name} includes. Change to it when the month is over."
    ),
    "plan.paid_already": _("Your payment for {name} has arrived meanwhile, so it is yours: /plans."),
    "plan.used_up": _("There are not enough minutes left in your plan."),
    "plan.down": _(
        "The payment provider does not answer at the moment. Nothing was changed; try again shortly."
    ),
    "plan.change_down": _(
        "The payment provider does not answer at the moment. I ask it again, and tell you when your plan is changed."
    ),
    "plan.end_down": _(
        "The payment provider does not answer at the moment. I ask it again, and tell you when it is done."
    ),
    "plan.refused": _("The payment provider does not accept this plan. You were not charged."),
    "plan.change_refused": _(
        "The payment provider did not make this change, so you keep the plan that you have. "
        "Perhaps your card was declined."
    ),
    "plan.is_pending": _("This plan waits for its first payment."),
    "plan.is_active": _("This plan is running already."),
    "plan.is_past_due": _("A payment for this plan is open. Pay it first: /plans."),
    "plan.is_ended": _("This plan has ended."),
    "plan.is_lapsed": _("Nobody paid for this plan in time. Choose it again if you like: /plans."),
    "ways.none": _("At least one way to pay has to stay on."),
    "ways.currency": _(
        "None of these takes {currency}. Leave one on that does, or change the currency first."
    ),
    "adjust.by": _("Add or take between 1 and {most} sessions, such as 1 or -1."),
    "extend.days": _("A pack can be extended by 1 to {most} days."),
    "transfer.same": _("The pack is with {name} already."),
    "transfer.length": _("{name} has no sessions of {length}, so the pack cannot be theirs."),
    "told.soon": _("They were told a moment ago. You can have them told again from {until}."),
    "told.unpaid": _("This pack is not paid, so there is nothing to tell."),
    "told.no_seat": _("There is no seat any more that could be renewed."),
    "told.no_grace": _("This seat is not about to go: there is still something to book or booked."),
}
