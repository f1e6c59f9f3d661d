"""Messages about one item keep their order; /status tells what waits, what failed, and when a worker last lived."""

from django.db import migrations, models

from carecoord.rowsecurity import function, shared_rows

# Numbers for the web's role, which may add messages and read none.
STATE = function(
    """
    CREATE FUNCTION app.outbox_state(OUT waiting bigint, OUT oldest_at timestamptz, OUT failed bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT w.waiting, w.oldest_at, f.failed FROM
        (SELECT count(*) AS waiting, min(created_at) AS oldest_at FROM public.outbox_outboxmessage
         WHERE delivered_at IS NULL AND failed_at IS NULL) w,
        (SELECT count(*) AS failed FROM public.outbox_outboxmessage
         WHERE delivered_at IS NULL AND failed_at IS NOT NULL) f;
    END
    """,
    "app.outbox_state()",
)

FAILED = function(
    """
    CREATE FUNCTION app.failed_messages(most integer)
    RETURNS TABLE(topic text, created_at timestamptz, failed_at timestamptz, failure text)
    LANGUAGE sql STABLE SECURITY DEFINER
    BEGIN ATOMIC
      SELECT m.topic::text, m.created_at, m.failed_at, m.failure::text FROM public.outbox_outboxmessage m
      WHERE m.failed_at IS NOT NULL AND m.delivered_at IS NULL ORDER BY m.failed_at DESC LIMIT least(most, 100);
    END
    """,
    "app.failed_messages(integer)",
)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_grants"), ("audit", "0002_append_only")]
    operations = [
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("delivered_at", None), ("failed_at", None)),
                fields=["about_id", "id"],
                name="outbox_of_item",
            ),
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=models.Index(
                condition=models.Q(("delivered_at", None), ("failed_at__isnull", False)),
                fields=["failed_at"],
                name="outbox_failed",
            ),
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        shared_rows("outbox_heartbeat", web="SELECT", system="SELECT, INSERT, UPDATE"),
        STATE,
        FAILED,
    ]
