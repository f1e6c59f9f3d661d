"""Names that other systems give to people: only service accounts, such as an import, work with them."""

from django.db import migrations

from carecoord.rowsecurity import guarded_rows


class Migration(migrations.Migration):
    dependencies = [("fhir", "0001_initial"), ("audit", "0002_append_only")]
    operations = [guarded_rows("fhir_importedresource", read="app.actor_kind() = 'service'")]
