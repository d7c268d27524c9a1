"""The sockets in the wall: what core needs of the world, said in core's own words."""

from core.ports.doors import (
    ChatPlatform,
    DoorClosed,
    Painter,
    Presence,
    Roles,
    Rung,
    RungKind,
    Threads,
    Undeliverable,
)
from core.ports.meeting import CalendarEntry, CalendarFile, MeetingRooms
from core.ports.pages import Entrance, Entry, Guest, Guests, JoinLinks, JoinPages, PayPages
from core.ports.paying import (
    Ask,
    BadBody,
    BadSignature,
    LinkState,
    LinkStatus,
    PaymentProvider,
    ProviderDown,
    ProviderRefused,
    RefundStatus,
    WebhookEvent,
)
from core.ports.routers import HostRouter, PageRouter, RoomRouter, Router
from core.ports.store import Catalogue, Catalogues, Job, Store, Wake
from core.ports.subscribing import (
    Invoice,
    SubscriptionAsk,
    SubscriptionLook,
    SubscriptionProvider,
    SubscriptionStatus,
    TakesPlans,
)
