"""The ledger's schema, moved forward by Alembic; shipped with the package."""
