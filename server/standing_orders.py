"""A clinic's standing orders for the office: which there are, which were withdrawn, and how one is withdrawn.

    clinic.order_issued  -->  in force from its first to its last day
    clinic.order_withdrawn -> not on that day nor after it; every phone of the clinic stops the vaccine

One way for the command and for the screen.
"""

import msgspec

from events.catalog.clinics import OrderIssued, OrderWithdrawn
from events.errors import Refused
from events.ids import EventId, StaffId
from projections.clinic import Clinic
from projections.discrepancy import vaccine_name
from server.desk import typed


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One standing order; ``withdrawn_on`` is empty while it holds."""

    event: EventId
    cvx: str
    vaccine: str
    prescriber: str
    valid_from: str
    valid_to: str
    withdrawn_on: str
    withdrawn_by: str
    reason: str


def orders_of(clinic: Clinic) -> tuple[OrderRow, ...]:
    """Every order of the clinic in the order issued."""
    return tuple(_row(clinic, fact.id, order) for fact, order in clinic.shelf.of(OrderIssued))


def withdrawal(
    clinic: Clinic, order: str, on: str, by: str, reason: str, entered_by: StaffId | None = None
) -> OrderWithdrawn:
    """What withdraws an order from a day on. Raises Refused for one that is none, was withdrawn, or ends before."""
    found = next((row for row in orders_of(clinic) if row.event == order), None)
    if found is None:
        raise Refused("unknown-order", f"{order!r} is no standing order of this clinic")
    if found.withdrawn_on:
        raise Refused("withdrawn-already", f"this order was withdrawn from {found.withdrawn_on}")
    if on > found.valid_to:
        raise Refused("order-ended", f"this order ends on {found.valid_to} by itself")
    return typed(OrderWithdrawn, event=found.event, on=on, by=by, reason=reason, entered_by=entered_by)


def _row(clinic: Clinic, event: EventId, order: OrderIssued) -> OrderRow:
    told = min((told for _, told in clinic.shelf.about(event, OrderWithdrawn)), key=lambda one: one.on, default=None)
    return OrderRow(
        event=event,
        cvx=order.cvx,
        vaccine=vaccine_name(order.cvx),
        prescriber=order.prescriber,
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        withdrawn_on=told.on if told else "",
        withdrawn_by=told.by if told else "",
        reason=told.reason if told else "",
    )
