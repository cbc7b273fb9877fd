"""Keep for whom both people worked when they took something down: an account may be changed later."""

import django.db.models.deletion
from django.db import migrations, models


def name_organisations(apps, schema_editor):
    """Give proposals that wait the organisation of the account; agreed ones are frozen and stay without."""
    takedown = apps.get_model("reports", "Takedown")
    for one in takedown.objects.filter(agreed_at=None).select_related("proposed_by"):
        one.proposed_for = one.proposed_by.organisation
        one.proposed_in_id = one.proposed_by.department_id
        one.save(update_fields=["proposed_for", "proposed_in"])


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_say_how_many_remarks_and_send_mail"),
        ("surveys", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "takedown",
            "proposed_for",
            models.CharField(max_length=120, blank=True, default="", db_default=""),
        ),
        migrations.AddField(
            "takedown",
            "proposed_in",
            models.ForeignKey(
                "surveys.Department",
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
            ),
        ),
        migrations.AddField(
            "takedown", "agreed_for", models.CharField(max_length=120, blank=True, default="", db_default="")
        ),
        migrations.RunPython(name_organisations, migrations.RunPython.noop),
    ]
