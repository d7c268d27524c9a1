"""the second and third doors"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c5c4e11b7006"
down_revision = "02851791ffc4"
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "mail_letters",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_mail_letters")),
    )
    with op.batch_alter_table("mail_letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_letters_at"), ["at"], unique=False)

    op.create_table(
        "telegram_commands",
        sa.Column("bot_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_telegram_commands")),
    )
    op.create_table(
        "telegram_deliveries",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("tries", BigInt, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_telegram_deliveries")),
    )
    with op.batch_alter_table("telegram_deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telegram_deliveries_at"), ["at"], unique=False)

    op.create_table(
        "telegram_drafts",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("reopen", sa.String(length=64), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("message_id", BigInt, nullable=True),
        sa.Column("has_picture", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_drafts")),
        sa.UniqueConstraint("account", "reopen", name=op.f("uq_telegram_drafts_account_reopen")),
    )
    with op.batch_alter_table("telegram_drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telegram_drafts_at"), ["at"], unique=False)

    op.create_table(
        "telegram_groups",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_groups")),
    )
    op.create_table(
        "telegram_messages",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("chat_id", BigInt, nullable=False),
        sa.Column("message_id", BigInt, nullable=False),
        sa.Column("has_picture", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_messages")),
        sa.UniqueConstraint("account", "subject", name=op.f("uq_telegram_messages_account_subject")),
        sa.UniqueConstraint("chat_id", "message_id", name=op.f("uq_telegram_messages_chat_id_message_id")),
    )
    with op.batch_alter_table("telegram_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telegram_messages_at"), ["at"], unique=False)

    op.create_table(
        "telegram_topics",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("group_id", BigInt, nullable=False),
        sa.Column("thread", BigInt, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_topics")),
        sa.UniqueConstraint("group_id", "thread", name=op.f("uq_telegram_topics_group_id_thread")),
    )
    op.create_table(
        "telegram_updates",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("body", Json, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telegram_updates")),
    )
    with op.batch_alter_table("telegram_updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telegram_updates_at"), ["at"], unique=False)

    op.create_table(
        "telegram_whereabouts",
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("group_id", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_telegram_whereabouts")),
    )
    op.create_table(
        "web_answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.String(length=100), nullable=False),
        sa.Column("onward", sa.String(length=300), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_web_answers")),
    )
    with op.batch_alter_table("web_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_answers_at"), ["at"], unique=False)

    op.create_table(
        "web_answer_files",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("answer_key", sa.String(length=64), nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_key"],
            ["web_answers.key"],
            name=op.f("fk_web_answer_files_answer_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_answer_files")),
    )
    with op.batch_alter_table("web_answer_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_answer_files_answer_key"), ["answer_key"], unique=False)

    op.create_table(
        "codes",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=254), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
        sa.UniqueConstraint("person_id", "purpose", name=op.f("uq_codes_person_id_purpose")),
    )
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_codes_digest"), ["digest"], unique=False)

    op.create_table(
        "guesses",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("wrong", BigInt, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_guesses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guesses")),
        sa.UniqueConstraint("person_id", "purpose", name=op.f("uq_guesses_person_id_purpose")),
    )
    op.create_table(
        "mail_asks",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("person_id", BigInt, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mail_asks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_asks")),
    )
    with op.batch_alter_table("mail_asks", schema=None) as batch_op:
        batch_op.create_index("ix_mail_asks_address_at", ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_asks_person_id"), ["person_id"], unique=False)

    op.create_table(
        "browser_links",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("identity_id", BigInt, nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_browser_links_identity_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_browser_links_digest")),
    )
    with op.batch_alter_table("browser_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browser_links_identity_id"), ["identity_id"], unique=False)

    op.create_table(
        "browsers",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("identity_id", BigInt, nullable=False),
        sa.Column("agent", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f("fk_browsers_identity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browsers")),
        sa.UniqueConstraint("digest", name=op.f("uq_browsers_digest")),
    )
    with op.batch_alter_table("browsers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_browsers_identity_id"), ["identity_id"], unique=False)

    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE identities SET seen_at = (SELECT p.seen_at FROM people p WHERE p.id = identities.person_id)"
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.alter_column("seen_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column(
            "account",
            existing_type=sa.VARCHAR(length=64),
            type_=sa.String(length=254),
            existing_nullable=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.alter_column(
            "account",
            existing_type=sa.String(length=254),
            type_=sa.VARCHAR(length=64),
            existing_nullable=False,
        )
        batch_op.drop_column("seen_at")

    with op.batch_alter_table("browsers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browsers_identity_id"))

    op.drop_table("browsers")
    with op.batch_alter_table("browser_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_browser_links_identity_id"))

    op.drop_table("browser_links")
    with op.batch_alter_table("mail_asks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_asks_person_id"))
        batch_op.drop_index("ix_mail_asks_address_at")

    op.drop_table("mail_asks")
    op.drop_table("guesses")
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_codes_digest"))

    op.drop_table("codes")
    with op.batch_alter_table("web_answer_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_answer_files_answer_key"))

    op.drop_table("web_answer_files")
    with op.batch_alter_table("web_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_answers_at"))

    op.drop_table("web_answers")
    op.drop_table("telegram_whereabouts")
    with op.batch_alter_table("telegram_updates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telegram_updates_at"))

    op.drop_table("telegram_updates")
    op.drop_table("telegram_topics")
    with op.batch_alter_table("telegram_messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telegram_messages_at"))

    op.drop_table("telegram_messages")
    op.drop_table("telegram_groups")
    with op.batch_alter_table("telegram_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telegram_drafts_at"))

    op.drop_table("telegram_drafts")
    with op.batch_alter_table("telegram_deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_telegram_deliveries_at"))

    op.drop_table("telegram_deliveries")
    op.drop_table("telegram_commands")
    with op.batch_alter_table("mail_letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_letters_at"))

    op.drop_table("mail_letters")
