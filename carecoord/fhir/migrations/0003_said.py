"""What a source last said of each thing, as marks: what people changed here is told from what the source changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fhir", "0002_gate")]
    operations = [
        migrations.AddField(
            model_name="importedresource",
            name="said",
            field=models.JSONField(
                blank=True, default=dict, help_text="States and marks of texts as the source last gave them."
            ),
        ),
    ]
