"""Runs migration scripts on the connection that migrate.py hands over, in its transaction."""

from alembic import context

from adapters.database.migrate import render

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    render_item=render,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
