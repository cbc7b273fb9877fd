"""Keep the dated record of what was deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0006_take_answers_anywhere"),
    ]

    operations = [
        migrations.AlterField(
            model_name="turnout",
            name="kind",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "channel"),
                    (2, "language"),
                    (3, "service point"),
                    (4, "page"),
                    (5, "interviewer"),
                    (6, "question"),
                ]
            ),
        ),
        migrations.CreateModel(
            name="Deletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=30)),
                ("day", models.DateField()),
                ("rows", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["-day", "rule"],
                "constraints": [models.UniqueConstraint(fields=("rule", "day"), name="deletion_once_a_day")],
            },
        ),
    ]
