"""packs seats and plans"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b39891cba6e5"
down_revision = "9ae92659f312"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sandbox_invoices",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=40), nullable=False),
        sa.Column("charge", sa.String(length=40), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refunded", BigInt, nullable=False),
        sa.Column("back_key", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_invoices")),
        sa.UniqueConstraint("ref", name=op.f("uq_sandbox_invoices_ref")),
    )
    with op.batch_alter_table("sandbox_invoices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sandbox_invoices_subscription"), ["subscription"], unique=False)

    op.create_table(
        "sandbox_subscriptions",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=False),
        sa.Column("subscription", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owed", BigInt, nullable=False),
        sa.Column("fails", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_subscriptions")),
        sa.UniqueConstraint("link", name=op.f("uq_sandbox_subscriptions_link")),
        sa.UniqueConstraint("ref", name=op.f("uq_sandbox_subscriptions_ref")),
    )
    op.create_table(
        "plans",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("short", sa.String(length=10), nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minutes", BigInt, nullable=False),
        sa.Column("discount", BigInt, nullable=False),
        sa.Column("priority_hours", BigInt, nullable=False),
        sa.Column("least", BigInt, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_plans_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("short", name=op.f("uq_plans_short")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plans_community_id"), ["community_id"], unique=False)

    op.create_table(
        "products",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("short", sa.String(length=10), nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sessions", BigInt, nullable=False),
        sa.Column("minutes", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("validity_days", BigInt, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", BigInt, nullable=False),
        sa.Column("created_by", BigInt, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_products_community_id")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_products_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("short", name=op.f("uq_products_short")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_community_id"), ["community_id"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("short", sa.String(length=10), nullable=False),
        sa.Column("plan_id", BigInt, nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("minutes", BigInt, nullable=False),
        sa.Column("discount", BigInt, nullable=False),
        sa.Column("priority_hours", BigInt, nullable=False),
        sa.Column("least", BigInt, nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=True),
        sa.Column("link", sa.String(length=100), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("ask", Json, nullable=False),
        sa.Column("wish", Json, nullable=False),
        sa.Column("wishes", BigInt, nullable=False),
        sa.Column("wants_end", sa.Boolean(), nullable=True),
        sa.Column("endings", BigInt, nullable=False),
        sa.Column("looks", BigInt, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grace_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=60), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_there", sa.Boolean(), nullable=True),
        sa.Column("presence_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_subscriptions_community_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_subscriptions_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_subscriptions_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("short", name=op.f("uq_subscriptions_short")),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_subscriptions_check_at", ["check_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_subscriptions_link", ["provider", "link"], unique=False)
        batch_op.create_index(
            "ix_subscriptions_pending",
            ["community_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(batch_op.f("ix_subscriptions_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscriptions_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index("ix_subscriptions_presence_at", ["presence_at"], unique=False)
        batch_op.create_index("ix_subscriptions_ref", ["provider", "ref"], unique=False)
        batch_op.create_index(
            "ix_subscriptions_running",
            ["community_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'past_due')"),
            postgresql_where=sa.text("state IN ('active', 'past_due')"),
        )

    op.create_table(
        "plan_bills",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("subscription_id", BigInt, nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("charge", sa.String(length=100), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned", BigInt, nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_plan_bills_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_plan_bills_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_bills")),
        sa.UniqueConstraint("provider", "ref", name=op.f("uq_plan_bills_provider_ref")),
    )
    with op.batch_alter_table("plan_bills", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_bills_charge"), ["charge"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_bills_subscription_id"), ["subscription_id"], unique=False)

    op.create_table(
        "product_mentors",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("mentor_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.id"], name=op.f("fk_product_mentors_mentor_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_mentors_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_mentors")),
        sa.UniqueConstraint("product_id", "mentor_id", name=op.f("uq_product_mentors_product_id_mentor_id")),
    )
    with op.batch_alter_table("product_mentors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_mentors_mentor_id"), ["mentor_id"], unique=False)

    op.create_table(
        "seats",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("mentor_id", BigInt, nullable=False),
        sa.Column("student_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.id"], name=op.f("fk_seats_mentor_id")),
        sa.ForeignKeyConstraint(["student_id"], ["people.id"], name=op.f("fk_seats_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(
            "ix_seats_holder",
            ["mentor_id", "student_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'released'"),
            postgresql_where=sa.text("state <> 'released'"),
        )
        batch_op.create_index(
            "ix_seats_number",
            ["mentor_id", "number"],
            unique=True,
            sqlite_where=sa.text("state <> 'released'"),
            postgresql_where=sa.text("state <> 'released'"),
        )
        batch_op.create_index("ix_seats_state_until", ["state", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_seats_student_id"), ["student_id"], unique=False)

    op.create_table(
        "packs",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("short", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("mentor_id", BigInt, nullable=False),
        sa.Column("student_id", BigInt, nullable=False),
        sa.Column("seat_id", BigInt, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sessions", BigInt, nullable=False),
        sa.Column("minutes", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("validity_days", BigInt, nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_link", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_packs_community_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.id"], name=op.f("fk_packs_mentor_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_packs_product_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_packs_seat_id")),
        sa.ForeignKeyConstraint(["student_id"], ["people.id"], name=op.f("fk_packs_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packs")),
        sa.UniqueConstraint("code", name=op.f("uq_packs_code")),
        sa.UniqueConstraint("short", name=op.f("uq_packs_short")),
    )
    with op.batch_alter_table("packs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_packs_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_packs_mentor_id"), ["mentor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_packs_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_packs_seat_id"), ["seat_id"], unique=False)
        batch_op.create_index("ix_packs_state_expires_at", ["state", "expires_at"], unique=False)
        batch_op.create_index("ix_packs_state_hold_until", ["state", "hold_until"], unique=False)
        batch_op.create_index("ix_packs_student_id_mentor_id", ["student_id", "mentor_id"], unique=False)

    op.create_table(
        "plan_refunds",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("bill_id", BigInt, nullable=False),
        sa.Column("subscription_id", BigInt, nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("attempts", BigInt, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bill_id"], ["plan_bills.id"], name=op.f("fk_plan_refunds_bill_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name=op.f("fk_plan_refunds_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_plan_refunds_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_refunds")),
        sa.UniqueConstraint("bill_id", name=op.f("uq_plan_refunds_bill_id")),
    )
    with op.batch_alter_table("plan_refunds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_refunds_due",
            ["try_at"],
            unique=False,
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )

    op.create_table(
        "seat_waits",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("mentor_id", BigInt, nullable=False),
        sa.Column("student_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("seat_id", BigInt, nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.id"], name=op.f("fk_seat_waits_mentor_id")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_seat_waits_product_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_seat_waits_seat_id")),
        sa.ForeignKeyConstraint(["student_id"], ["people.id"], name=op.f("fk_seat_waits_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_waits")),
    )
    with op.batch_alter_table("seat_waits", schema=None) as batch_op:
        batch_op.create_index("ix_seat_waits_line", ["mentor_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ix_seat_waits_one_a_pair",
            ["student_id", "mentor_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )
        batch_op.create_index("ix_seat_waits_state_until", ["state", "until"], unique=False)

    op.create_table(
        "credit_entries",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("pack_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("previous", BigInt, nullable=True),
        sa.Column("found", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("balance", BigInt, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("booking_id", BigInt, nullable=True),
        sa.Column("actor_id", BigInt, nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(number = 1 AND previous IS NULL AND found = 0) OR (previous IS NOT NULL AND previous = number - 1)",
            name=op.f("ck_credit_entries_chain"),
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_credit_entries_never_below_zero")),
        sa.CheckConstraint("found + amount = balance", name=op.f("ck_credit_entries_adds_up")),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_credit_entries_actor_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_credit_entries_booking_id")),
        sa.ForeignKeyConstraint(
            ["pack_id", "previous", "found"],
            ["credit_entries.pack_id", "credit_entries.number", "credit_entries.balance"],
            name="fk_credit_entries_chain",
        ),
        sa.ForeignKeyConstraint(["pack_id"], ["packs.id"], name=op.f("fk_credit_entries_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entries")),
        sa.UniqueConstraint("booking_id", "kind", name=op.f("uq_credit_entries_booking_id_kind")),
        sa.UniqueConstraint(
            "pack_id", "number", "balance", name=op.f("uq_credit_entries_pack_id_number_balance")
        ),
        sa.UniqueConstraint("pack_id", "number", name=op.f("uq_credit_entries_pack_id_number")),
    )
    op.create_table(
        "minute_entries",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("subscription_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("previous", BigInt, nullable=True),
        sa.Column("found", BigInt, nullable=False),
        sa.Column("amount", BigInt, nullable=False),
        sa.Column("balance", BigInt, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("booking_id", BigInt, nullable=True),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(number = 1 AND previous IS NULL AND found = 0) OR (previous IS NOT NULL AND previous = number - 1)",
            name=op.f("ck_minute_entries_chain"),
        ),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_minute_entries_never_below_zero")),
        sa.CheckConstraint("found + amount = balance", name=op.f("ck_minute_entries_adds_up")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_minute_entries_booking_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id", "previous", "found"],
            ["minute_entries.subscription_id", "minute_entries.number", "minute_entries.balance"],
            name="fk_minute_entries_chain",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_minute_entries_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minute_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_minute_entries_key")),
        sa.UniqueConstraint(
            "subscription_id",
            "number",
            "balance",
            name=op.f("uq_minute_entries_subscription_id_number_balance"),
        ),
        sa.UniqueConstraint(
            "subscription_id", "number", name=op.f("uq_minute_entries_subscription_id_number")
        ),
    )
    with op.batch_alter_table("minute_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minute_entries_booking_id"), ["booking_id"], unique=False)

    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pack_id", BigInt, nullable=True))
        batch_op.add_column(sa.Column("subscription_id", BigInt, nullable=True))
        batch_op.add_column(sa.Column("included", BigInt, server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_bookings_pack_id"), ["pack_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bookings_subscription_id"), ["subscription_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_bookings_subscription_id"), "subscriptions", ["subscription_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_bookings_pack_id"), "packs", ["pack_id"], ["id"])

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reconcile_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("providers", Json, nullable=True))
        batch_op.create_index(batch_op.f("ix_communities_reconcile_at"), ["reconcile_at"], unique=False)

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("subscription", sa.String(length=100), server_default="", nullable=False)
        )

    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pack_id", BigInt, nullable=True))
        batch_op.create_index(batch_op.f("ix_ledger_entries_pack_id"), ["pack_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_ledger_entries_pack_id"), "packs", ["pack_id"], ["id"])

    with op.batch_alter_table("mentors", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seats", BigInt, server_default="10", nullable=False))
        batch_op.add_column(sa.Column("student_role", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("role_try_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pack_id", BigInt, nullable=True))
        batch_op.alter_column("booking_id", existing_type=BigInt, nullable=True)
        batch_op.create_index(batch_op.f("ix_payments_pack_id"), ["pack_id"], unique=False)
        batch_op.create_index("ix_payments_person_id", ["person_id", "id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_payments_pack_id"), "packs", ["pack_id"], ["id"])

    with op.batch_alter_table("role_wishes", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("granted", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("role_wishes", schema=None) as batch_op:
        batch_op.drop_column("granted")

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_payments_pack_id"), type_="foreignkey")
        batch_op.drop_index("ix_payments_person_id")
        batch_op.drop_index(batch_op.f("ix_payments_pack_id"))
        batch_op.alter_column("booking_id", existing_type=BigInt, nullable=False)
        batch_op.drop_column("pack_id")

    with op.batch_alter_table("mentors", schema=None) as batch_op:
        batch_op.drop_column("role_try_at")
        batch_op.drop_column("student_role")
        batch_op.drop_column("seats")

    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ledger_entries_pack_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_ledger_entries_pack_id"))
        batch_op.drop_column("pack_id")

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("subscription")

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_communities_reconcile_at"))
        batch_op.drop_column("providers")
        batch_op.drop_column("reconcile_at")

    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_bookings_pack_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_bookings_subscription_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_bookings_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_bookings_pack_id"))
        batch_op.drop_column("included")
        batch_op.drop_column("subscription_id")
        batch_op.drop_column("pack_id")

    with op.batch_alter_table("minute_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minute_entries_booking_id"))

    op.drop_table("minute_entries")
    op.drop_table("credit_entries")
    with op.batch_alter_table("seat_waits", schema=None) as batch_op:
        batch_op.drop_index("ix_seat_waits_state_until")
        batch_op.drop_index(
            "ix_seat_waits_one_a_pair",
            sqlite_where=sa.text("state IN ('waiting', 'offered')"),
            postgresql_where=sa.text("state IN ('waiting', 'offered')"),
        )
        batch_op.drop_index("ix_seat_waits_line")

    op.drop_table("seat_waits")
    with op.batch_alter_table("plan_refunds", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_plan_refunds_due",
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )

    op.drop_table("plan_refunds")
    with op.batch_alter_table("packs", schema=None) as batch_op:
        batch_op.drop_index("ix_packs_student_id_mentor_id")
        batch_op.drop_index("ix_packs_state_hold_until")
        batch_op.drop_index("ix_packs_state_expires_at")
        batch_op.drop_index(batch_op.f("ix_packs_seat_id"))
        batch_op.drop_index(batch_op.f("ix_packs_product_id"))
        batch_op.drop_index(batch_op.f("ix_packs_mentor_id"))
        batch_op.drop_index(batch_op.f("ix_packs_community_id"))

    op.drop_table("packs")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seats_student_id"))
        batch_op.drop_index("ix_seats_state_until")
        batch_op.drop_index(
            "ix_seats_number",
            sqlite_where=sa.text("state <> 'released'"),
            postgresql_where=sa.text("state <> 'released'"),
        )
        batch_op.drop_index(
            "ix_seats_holder",
            sqlite_where=sa.text("state <> 'released'"),
            postgresql_where=sa.text("state <> 'released'"),
        )

    op.drop_table("seats")
    with op.batch_alter_table("product_mentors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_mentors_mentor_id"))

    op.drop_table("product_mentors")
    with op.batch_alter_table("plan_bills", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_bills_subscription_id"))
        batch_op.drop_index(batch_op.f("ix_plan_bills_charge"))

    op.drop_table("plan_bills")
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_subscriptions_running",
            sqlite_where=sa.text("state IN ('active', 'past_due')"),
            postgresql_where=sa.text("state IN ('active', 'past_due')"),
        )
        batch_op.drop_index("ix_subscriptions_ref")
        batch_op.drop_index("ix_subscriptions_presence_at")
        batch_op.drop_index(batch_op.f("ix_subscriptions_plan_id"))
        batch_op.drop_index(batch_op.f("ix_subscriptions_person_id"))
        batch_op.drop_index(
            "ix_subscriptions_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_subscriptions_link")
        batch_op.drop_index(batch_op.f("ix_subscriptions_community_id"))
        batch_op.drop_index("ix_subscriptions_check_at")

    op.drop_table("subscriptions")
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_community_id"))

    op.drop_table("products")
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plans_community_id"))

    op.drop_table("plans")
    op.drop_table("sandbox_subscriptions")
    with op.batch_alter_table("sandbox_invoices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sandbox_invoices_subscription"))

    op.drop_table("sandbox_invoices")
