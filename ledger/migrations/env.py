"""Alembic environment: runs on the owner's connection that `ledger.migrations.run` hands over."""

from alembic import context

from ledger.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=False,
    transaction_per_migration=True,
    include_name=lambda name, kind, _: kind != "table" or name in metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
