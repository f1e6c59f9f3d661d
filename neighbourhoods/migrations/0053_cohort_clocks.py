"""Groups of residents whose care runs by a clock: when it runs out, and that it was told. A seal for what clinical and
social care roles read, and nobody else around the resident."""

from importlib import import_module

from django.db import migrations, models

# Being told is no word of an entry.
MOVED = import_module("neighbourhoods.migrations.0042_merge_residents").MOVED_BY_OWNER
ENDS = "{ended_at,ended_by_name,ended_reason,error_at,error_reason,updated_at,version}"
TOLD = ENDS.replace("updated_at", "told_at,updated_at")
ONLY_ENDS = """
    CREATE OR REPLACE FUNCTION app.only_ends() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE ends text[] := '{may_change}';
    BEGIN
    {moved}
      IF to_jsonb(NEW) - ends IS DISTINCT FROM to_jsonb(OLD) - ends THEN
        RAISE EXCEPTION 'an entry says what was written: end it, and write another that supersedes it'
          USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN NEW;
    END $$
"""
SEAL = """
    INSERT INTO neighbourhoods_seal (key, roles, may_open)
    VALUES ('professional',
            '{nurse,ward_nurse,gp,social_worker,care_coordinator,therapist,pharmacist,team_lead,safeguarding_lead}',
            '{}')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("neighbourhoods", "0052_home_rounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="due_at",
            field=models.DateTimeField(blank=True, help_text="When the clock of its group runs out.", null=True),
        ),
        migrations.AddField(
            model_name="entry",
            name="told_at",
            field=models.DateTimeField(blank=True, help_text="When that was told.", null=True),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("ended_at", None), ("told_at", None)),
                fields=["due_at"],
                name="entry_clock_not_told",
            ),
        ),
        migrations.RunSQL(
            [ONLY_ENDS.replace("{may_change}", TOLD).replace("{moved}", MOVED)],
            [ONLY_ENDS.replace("{may_change}", ENDS).replace("{moved}", MOVED)],
        ),
        migrations.RunSQL(SEAL, "DELETE FROM neighbourhoods_seal WHERE key = 'professional'"),
    ]
