"""What Alembic runs: the steps that a database lacks, on the connection it was given."""

from alembic import context

from storage.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="schema_version",
)
with context.begin_transaction():
    context.run_migrations()
