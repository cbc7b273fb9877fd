"""Let an invitation be over with its wave: which codes were used is forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0007_date_what_is_deleted"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="state",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "issued"),
                    (2, "spent"),
                    (3, "revoked"),
                    (4, "spare"),
                    (5, "over with its wave"),
                ],
                default=1,
            ),
        ),
    ]
