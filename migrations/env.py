"""How Alembic migrates a catalog file (or, given a URL, another database).

`catalog.load` passes an open connection; `scripts/new-migration` runs it from the command line.
"""

from alembic import context

from catalog.tables import metadata


def include_name(name, type_, parent_names):
    """Leave the search index to the loader: its shadow tables are no tables of ours."""
    return not (type_ == "table" and name and name.startswith("search_index"))


def migrate(connection):
    context.configure(
        connection=connection, target_metadata=metadata, include_name=include_name, render_as_batch=True,
        compare_type=False,  # every type is TEXT, REAL or INTEGER; catalog.drift compares them exactly
        transactional_ddl=True,  # SQLite has it too, so all steps are one transaction: a failed one leaves nothing
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    migrate(connection)
else:
    import sqlalchemy as sa

    engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.connect() as connection:
        migrate(connection)
