"""The table of the shared cache (see CACHES): counters of attempts and codes already used.

As Django's own `createcachetable` makes it. A local cache would not do: of two web processes each
would count for itself, and each would accept the same code once.
"""

from django.db import migrations


class Migration(migrations.Migration):

    initial = True

    # After the run-time role's rights, so that they cover this table.
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE office_counter (
              cache_key varchar(255) NOT NULL PRIMARY KEY,
              value text NOT NULL,
              expires timestamptz NOT NULL
            );
            CREATE INDEX office_counter_expires ON office_counter (expires);
            """,
            "DROP TABLE office_counter;",
        )
    ]
