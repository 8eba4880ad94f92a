"""Alembic runs this file; `slipwatch.store.migration.migrate` opens the transaction and hands the connection over."""

from __future__ import annotations

from alembic import context

from slipwatch.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
