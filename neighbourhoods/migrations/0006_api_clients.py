"""Partner systems: whose teams a client acts as, and the look-up of its token that every request needs anyway."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import carecoord.clock.present
import carecoord.ids
from carecoord.rowsecurity import function, shared_rows

# Once a minute at most, and never waiting for another request of the same client that is doing it.
ENTER_CLIENT = function(
    """
    CREATE FUNCTION app.enter_client(
      token_hash text, moment timestamptz, today date,
      OUT standing text, OUT client uuid, OUT name text, OUT organisation_id uuid, OUT organisation_name text,
      OUT place_id uuid, OUT team_ids uuid[], OUT default_team uuid, OUT scopes text[]
    ) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
      at timestamptz := coalesce(moment, now());
      used timestamptz;
    BEGIN
      SELECT CASE WHEN c.deactivated_at IS NOT NULL OR o.ended_at IS NOT NULL THEN 'inactive'
                  WHEN c.agreement_ends_on < today THEN 'agreement_ended' ELSE 'good' END,
             c.id, c.name, o.id, o.name, o.place_id, c.default_team_id, c.last_used_at,
             ARRAY(SELECT x.team_id FROM neighbourhoods_apiclient_teams x
                   JOIN neighbourhoods_team t ON t.id = x.team_id AND t.ended_at IS NULL
                   WHERE x.apiclient_id = c.id ORDER BY x.team_id),
             ARRAY(SELECT unnest(string_to_array(k.scopes, E'\\n'))
                   INTERSECT SELECT unnest(string_to_array(p.scopes, E'\\n')))
        INTO standing, client, name, organisation_id, organisation_name, place_id, default_team, used, team_ids, scopes
        FROM allauth_idp_oidc_token k
        JOIN allauth_idp_oidc_client p ON p.id = k.client_id
        JOIN neighbourhoods_apiclient c ON c.client_id = p.id
        JOIN neighbourhoods_organisation o ON o.id = c.organisation_id
       WHERE k.hash = token_hash AND k.type = 'at' AND k.user_id IS NULL AND k.expires_at > now();
      IF NOT FOUND THEN standing := 'unknown'; RETURN; END IF;
      IF standing <> 'good' THEN RETURN; END IF;
      IF NOT coalesce(default_team = ANY (team_ids), false) THEN default_team := team_ids[1]; END IF;
      PERFORM set_config('app.actor_id', client::text, true), set_config('app.actor_kind', 'client', true),
              set_config('app.membership_id', '', true),
              set_config('app.organisation_id', organisation_id::text, true), set_config('app.role', '', true),
              set_config('app.teams', team_ids::text, true), set_config('app.moment', coalesce(moment::text, ''), true);
      IF used IS NULL OR used < at - interval '1 minute' OR used > at THEN
        UPDATE neighbourhoods_apiclient SET last_used_at = at
         WHERE id = (SELECT id FROM neighbourhoods_apiclient WHERE id = client FOR UPDATE SKIP LOCKED);
      END IF;
    END $$
    """,
    "app.enter_client(text, timestamptz, date)",
)

NOTE_ERROR = function(
    """
    CREATE FUNCTION app.note_client_error(client uuid, words text, moment timestamptz) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      UPDATE neighbourhoods_apiclient SET errors = errors + 1, last_error_at = moment, last_error = words
      WHERE id = (SELECT id FROM neighbourhoods_apiclient WHERE id = client FOR UPDATE SKIP LOCKED)
    $$
    """,
    "app.note_client_error(uuid, text, timestamptz)",
)


class Migration(migrations.Migration):
    dependencies = [
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("neighbourhoods", "0005_encounters"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiClient",
            fields=[
                (
                    "id",
                    models.UUIDField(default=carecoord.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("updated_at", models.DateTimeField(default=carecoord.clock.present.now, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=100)),
                (
                    "agreement",
                    models.CharField(help_text="The sharing agreement, by its title or number.", max_length=200),
                ),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), help_text="What the agreement is for.", size=None
                    ),
                ),
                ("agreement_ends_on", models.DateField(help_text="The last day on which the client may act.")),
                ("deactivated_at", models.DateTimeField(blank=True, null=True)),
                ("secret_set_at", models.DateTimeField()),
                ("old_secret_until", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("errors", models.PositiveIntegerField(default=0)),
                ("last_error_at", models.DateTimeField(blank=True, null=True)),
                (
                    "last_error",
                    models.CharField(blank=True, help_text="Status and code, never a resident's words.", max_length=60),
                ),
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="allauth_idp_oidc.client"
                    ),
                ),
                (
                    "default_team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="neighbourhoods.team"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_clients",
                        to="neighbourhoods.organisation",
                    ),
                ),
                ("teams", models.ManyToManyField(related_name="+", to="neighbourhoods.team")),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="one_client_per_name",
                        violation_error_message="This organisation has a client of this name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purposes__len__gt", 0)),
                        name="a_client_has_purposes",
                        violation_error_message="Name at least one purpose of the sharing agreement.",
                    ),
                ],
            },
        ),
        shared_rows("neighbourhoods_apiclient", web="SELECT, INSERT, UPDATE"),
        shared_rows("neighbourhoods_apiclient_teams", web="SELECT, INSERT, DELETE"),
        shared_rows("allauth_idp_oidc_client", web="SELECT, INSERT, UPDATE"),
        shared_rows("allauth_idp_oidc_token", web="SELECT, INSERT, UPDATE, DELETE", system="SELECT, DELETE"),
        ENTER_CLIENT,
        NOTE_ERROR,
    ]
