"""the whole life of a booking"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "abb10d17eb0a"
down_revision = "c5c4e11b7006"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("closed_note", sa.String(length=500), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("origin", sa.String(40), server_default="tap", nullable=False))
        batch_op.add_column(
            sa.Column("asks_first", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moves", BigInt, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("student_here_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("mentor_here_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=20), server_default="", nullable=False))

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sessions_channel", sa.String(length=64), nullable=True))

    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(40), server_default="capture", nullable=False))
        batch_op.add_column(sa.Column("booking_id", BigInt, nullable=True))
        batch_op.alter_column("payment_id", existing_type=BigInt, nullable=True)
        batch_op.create_index(batch_op.f("ix_ledger_entries_booking_id"), ["booking_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_ledger_entries_booking_id"), "bookings", ["booking_id"], ["id"]
        )

    with op.batch_alter_table("mentors", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("asks_first", sa.Boolean(), server_default=sa.text("false"), nullable=False)
        )
        batch_op.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    _guard_busy("state IN ('requested', 'held', 'confirmed')")
    op.execute("UPDATE bookings SET anchored_at = starts_at WHERE state IN ('confirmed', 'completed')")
    op.execute("UPDATE bookings SET outcome = 'completed' WHERE state = 'completed'")
    op.execute(
        "UPDATE ledger_entries SET booking_id ="
        " (SELECT p.booking_id FROM payments p WHERE p.id = ledger_entries.payment_id)"
    )
    op.execute(
        "UPDATE ledger_entries SET kind = 'refund' WHERE key LIKE 'refund:%' OR key LIKE 'elsewhere:%'"
    )


def downgrade() -> None:
    _guard_busy("state IN ('held', 'confirmed')")
    with op.batch_alter_table("mentors", schema=None) as batch_op:
        batch_op.drop_column("paused_at")
        batch_op.drop_column("asks_first")

    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ledger_entries_booking_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_ledger_entries_booking_id"))
        batch_op.alter_column("payment_id", existing_type=BigInt, nullable=False)
        batch_op.drop_column("booking_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("communities", schema=None) as batch_op:
        batch_op.drop_column("sessions_channel")

    with op.batch_alter_table("bookings", schema=None) as batch_op:
        batch_op.drop_column("outcome")
        batch_op.drop_column("mentor_here_at")
        batch_op.drop_column("student_here_at")
        batch_op.drop_column("moves")
        batch_op.drop_column("anchored_at")
        batch_op.drop_column("accepted_at")
        batch_op.drop_column("asks_first")
        batch_op.drop_column("origin")
        batch_op.drop_column("closed_note")


def _guard_busy(states: str) -> None:
    """Which bookings are in each other's way, for the indexes and for PostgreSQL's constraints."""
    for role, column in (("mentor", "mentor_person_id"), ("student", "student_id")):
        name = f"ix_bookings_{role}_busy"
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON bookings ({column}, busy_from) WHERE {states}")
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE bookings DROP CONSTRAINT ex_bookings_{role}")
            op.execute(
                f"ALTER TABLE bookings ADD CONSTRAINT ex_bookings_{role} EXCLUDE USING gist"
                f" (int8range({column}, {column}, '[]') WITH &&, tstzrange(busy_from, busy_until) WITH &&)"
                f" WHERE ({states})"
            )
