"""Keep files that residents send: pending ones, and those that belong to a record. Photos are not compressed again."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

UNCOMPRESSED = "ALTER TABLE {table} ALTER COLUMN content SET STORAGE EXTERNAL"


def _file_fields() -> list[tuple[str, Any]]:
    return [
        ("handle", models.UUIDField(editable=False, primary_key=True, serialize=False)),
        (
            "wave",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="surveys.wave",
            ),
        ),
        ("media_type", models.CharField(max_length=30)),
        ("size", models.PositiveIntegerField()),
        ("content", models.BinaryField()),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0004_give_drafts_steps_remarks_and_a_second_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="PendingUpload",
            fields=[*_file_fields(), ("day", models.DateField())],
            options={"indexes": [models.Index(fields=["wave"], name="pending_upload_wave")]},
        ),
        migrations.CreateModel(
            name="Upload",
            fields=_file_fields(),
            options={"indexes": [models.Index(fields=["wave"], name="upload_wave")]},
        ),
        *(
            migrations.RunSQL(UNCOMPRESSED.format(table=table), migrations.RunSQL.noop)
            for table in ("surveys_pendingupload", "surveys_upload")
        ),
    ]
