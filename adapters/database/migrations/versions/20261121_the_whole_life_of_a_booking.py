"""the whole life of a booking"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "9ae92659f312"
down_revision = "c5c4e11b7006"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "discord_threads",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("channel_id", BigInt, nullable=False),
        sa.Column("thread_id", BigInt, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discord_threads")),
        sa.UniqueConstraint("key", name=op.f("uq_discord_threads_key")),
    )
    with op.batch_alter_table("discord_threads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discord_threads_thread_id"), ["thread_id"], unique=False)

    op.create_table(
        "message_preferences",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("quiet_since", BigInt, nullable=True),
        sa.Column("quiet_until", BigInt, nullable=True),
        sa.Column("off", Json, nullable=False),
        sa.Column("agenda", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_message_preferences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_preferences")),
        sa.UniqueConstraint("person_id", name=op.f("uq_message_preferences_person_id")),
    )
    op.create_table(
        "action_items",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("booking_id", BigInt, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_action_items_booking_id")),
        sa.ForeignKeyConstraint(["done_by"], ["people.id"], name=op.f("fk_action_items_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_items")),
    )
    with op.batch_alter_table("action_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_action_items_booking_id"), ["booking_id"], unique=False)

    op.create_table(
        "booking_proposals",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("booking_id", BigInt, nullable=False),
        sa.Column("revision", BigInt, nullable=False),
        sa.Column("times", Json, nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_booking_proposals_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_proposals")),
    )
    with op.batch_alter_table("booking_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_proposals_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index(
            "uq_proposals_open",
            ["booking_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "disputes",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("booking_id", BigInt, nullable=False),
        sa.Column("community_id", BigInt, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("proposed", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.String(length=1000), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", BigInt, nullable=True),
        sa.Column("refunded", BigInt, nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_disputes_booking_id")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_disputes_community_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_disputes_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_disputes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_disputes_booking_id")),
    )
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disputes_community_id"), ["community_id"], unique=False)

    op.create_table(
        "rooms",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("booking_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=True),
        sa.Column("thread", sa.String(length=80), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_rooms_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_rooms_booking_id")),
        sa.UniqueConstraint("platform", "thread", name=op.f("uq_rooms_platform_thread")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rooms_open",
            ["closes_at"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "session_notes",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("booking_id", BigInt, nullable=False),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_session_notes_author_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_session_notes_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_notes")),
    )
    with op.batch_alter_table("session_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_notes_booking_id"), ["booking_id"], unique=False)

    op.create_table(
        "waitlist_entries",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("mentor_id", BigInt, nullable=False),
        sa.Column("student_id", BigInt, nullable=False),
        sa.Column("minutes", BigInt, nullable=False),
        sa.Column("wanted", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booking_id", BigInt, nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("offered_id", BigInt, nullable=True),
        sa.Column("offers", BigInt, nullable=False),
        sa.Column("silences", BigInt, nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard", BigInt, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_waitlist_entries_booking_id")),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentors.id"], name=op.f("fk_waitlist_entries_mentor_id")),
        sa.ForeignKeyConstraint(["offered_id"], ["bookings.id"], name=op.f("fk_waitlist_entries_offered_id")),
        sa.ForeignKeyConstraint(["student_id"], ["people.id"], name=op.f("fk_waitlist_entries_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entries")),
    )
    with op.batch_alter_table("waitlist_entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_waitlist_entries_line",
            ["mentor_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(batch_op.f("ix_waitlist_entries_offered_id"), ["offered_id"], unique=False)
        batch_op.create_index(
            "ix_waitlist_entries_one_a_kind",
            ["student_id", "mentor_id", "wanted"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(batch_op.f("ix_waitlist_entries_student_id"), ["student_id"], unique=False)

    op.create_table(
        "review_reports",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("review_id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_reports_person_id")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_reports_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_reports")),
        sa.UniqueConstraint("review_id", "person_id", name=op.f("uq_review_reports_review_id_person_id")),
    )
    with op.batch_alter_table("review_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_review_reports_open",
            ["review_id"],
            unique=False,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_review_reports_person_id"), ["person_id"], unique=False)

    op.create_table(
        "room_messages",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("room_id", BigInt, nullable=True),
        sa.Column("author_id", BigInt, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=160), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", BigInt, nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", BigInt, nullable=False),
        sa.Column("rung", sa.String(length=300), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_room_messages_author_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_messages_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_messages")),
        sa.UniqueConstraint("source", name=op.f("uq_room_messages_source")),
    )
    with op.batch_alter_table("room_messages", schema=None) as batch_op:
        batch_op.create_index("ix_room_messages_author_id_said_at", ["author_id", "said_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_messages_room_id"), ["room_id"], unique=False)
        batch_op.create_index(
            "ix_room_messages_waiting",
            ["try_at"],
            unique=False,
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )

    op.create_table(
        "room_presences",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("room_id", BigInt, nullable=False),
        sa.Column("is_in", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_room_presences_person_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_presences_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_presences")),
        sa.UniqueConstraint("person_id", "platform", name=op.f("uq_room_presences_person_id_platform")),
    )
    op.create_table(
        "room_threads",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("room_id", BigInt, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", BigInt, nullable=False),
        sa.Column("shown", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_room_threads_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_threads")),
        sa.UniqueConstraint("room_id", name=op.f("uq_room_threads_room_id")),
    )
    with op.batch_alter_table("room_threads", schema=None) as batch_op:
        batch_op.create_index(
            "ix_room_threads_waiting",
            ["try_at"],
            unique=False,
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )

    op.create_table(
        "room_files",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("message_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", BigInt, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["room_messages.id"], name=op.f("fk_room_files_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_files")),
    )
    with op.batch_alter_table("room_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_files_message_id"), ["message_id"], unique=False)

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
        batch_op.add_column(sa.Column("stands_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_bookings_state_stands_at", ["state", "stands_at"], unique=False)

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

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mended", sa.String(40), server_default="", nullable=False))

    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.add_column(sa.Column("side", sa.String(40), server_default="student", nullable=False))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reply", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_reviews_booking_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_reviews_student_id"), ["student_id"], unique=False)
        batch_op.create_index(
            "ix_reviews_unpublished",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_reviews_booking_id_side"), ["booking_id", "side"])
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
    op.execute("UPDATE reviews SET published_at = at")


def downgrade() -> None:
    _guard_busy("state IN ('held', 'confirmed')")
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_reviews_booking_id_side"), type_="unique")
        batch_op.drop_index(
            "ix_reviews_unpublished",
            sqlite_where=sa.text("published_at IS NULL"),
            postgresql_where=sa.text("published_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reviews_student_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_reviews_booking_id"), ["booking_id"], postgresql_nulls_not_distinct=False
        )
        batch_op.drop_column("replied_at")
        batch_op.drop_column("reply")
        batch_op.drop_column("hidden_at")
        batch_op.drop_column("published_at")
        batch_op.drop_column("due_at")
        batch_op.drop_column("side")

    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_column("mended")

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_column("waits_until")
        batch_op.drop_column("session_at")

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
        batch_op.drop_index("ix_bookings_state_stands_at")
        batch_op.drop_column("stands_at")
        batch_op.drop_column("outcome")
        batch_op.drop_column("mentor_here_at")
        batch_op.drop_column("student_here_at")
        batch_op.drop_column("moves")
        batch_op.drop_column("anchored_at")
        batch_op.drop_column("accepted_at")
        batch_op.drop_column("asks_first")
        batch_op.drop_column("origin")
        batch_op.drop_column("closed_note")

    with op.batch_alter_table("room_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_files_message_id"))

    op.drop_table("room_files")
    with op.batch_alter_table("room_threads", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_room_threads_waiting",
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )

    op.drop_table("room_threads")
    op.drop_table("room_presences")
    with op.batch_alter_table("room_messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_room_messages_waiting",
            sqlite_where=sa.text("try_at IS NOT NULL"),
            postgresql_where=sa.text("try_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_room_messages_room_id"))
        batch_op.drop_index("ix_room_messages_author_id_said_at")

    op.drop_table("room_messages")
    with op.batch_alter_table("review_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_reports_person_id"))
        batch_op.drop_index(
            "ix_review_reports_open",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.drop_table("review_reports")
    with op.batch_alter_table("waitlist_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waitlist_entries_student_id"))
        batch_op.drop_index(
            "ix_waitlist_entries_one_a_kind",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_waitlist_entries_offered_id"))
        batch_op.drop_index(
            "ix_waitlist_entries_line",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("waitlist_entries")
    with op.batch_alter_table("session_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_notes_booking_id"))

    op.drop_table("session_notes")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_rooms_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("rooms")
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disputes_community_id"))

    op.drop_table("disputes")
    with op.batch_alter_table("booking_proposals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_proposals_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_booking_proposals_booking_id"))

    op.drop_table("booking_proposals")
    with op.batch_alter_table("action_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_action_items_booking_id"))

    op.drop_table("action_items")
    op.drop_table("message_preferences")
    with op.batch_alter_table("discord_threads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discord_threads_thread_id"))

    op.drop_table("discord_threads")


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
