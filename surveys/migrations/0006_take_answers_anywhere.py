"""Keep what answering by every channel needs: points, saved and paper forms, replacing, excluding."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0005_keep_files_apart_until_their_answers_are_mixed"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayKey",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("key", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.AddField(
            model_name="inboxentry",
            name="helper",
            field=models.CharField(db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="inboxentry",
            name="point",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="invitation",
            name="point",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="response",
            name="point",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="user",
            name="organisation",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="inboxentry",
            name="channel",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "web"),
                    (2, "QR code"),
                    (3, "kiosk"),
                    (4, "assisted"),
                    (5, "paper"),
                    (6, "text message"),
                    (7, "import"),
                    (8, "e-mail"),
                    (9, "on another site"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="state",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "issued"), (2, "spent"), (3, "revoked"), (4, "spare")], default=1
            ),
        ),
        migrations.AlterField(
            model_name="participation",
            name="channel",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "web"),
                    (2, "QR code"),
                    (3, "kiosk"),
                    (4, "assisted"),
                    (5, "paper"),
                    (6, "text message"),
                    (7, "import"),
                    (8, "e-mail"),
                    (9, "on another site"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="channel",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "web"),
                    (2, "QR code"),
                    (3, "kiosk"),
                    (4, "assisted"),
                    (5, "paper"),
                    (6, "text message"),
                    (7, "import"),
                    (8, "e-mail"),
                    (9, "on another site"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="response",
            name="status",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "kept"), (2, "flagged"), (3, "void"), (4, "replaced by its author")], default=1
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("admin", "administrator"),
                    ("designer", "designer"),
                    ("reviewer", "reviewer"),
                    ("auditor", "auditor"),
                    ("head", "department head"),
                    ("interviewer", "interviewer"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="wave",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(
                    choices=[
                        (1, "web"),
                        (2, "QR code"),
                        (3, "kiosk"),
                        (4, "assisted"),
                        (5, "paper"),
                        (6, "text message"),
                        (7, "import"),
                        (8, "e-mail"),
                        (9, "on another site"),
                    ]
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="Kiosk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "service_point",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.servicepoint",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kiosks", to="surveys.wave"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
            fields=[
                ("receipt", models.BinaryField(max_length=10, primary_key=True, serialize=False)),
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
            ],
        ),
        migrations.CreateModel(
            name="SavedSheet",
            fields=[
                ("key_hash", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("day", models.DateField()),
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
            ],
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("receipt", models.BinaryField(max_length=10)),
                ("restores", models.BooleanField(default=False)),
                ("rule", models.CharField(max_length=20)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for a second person"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exclusions",
                        to="surveys.wave",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("receipt",),
                        name="one_proposal_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                        name="decided_by_a_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NearbyCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("prefix", models.BinaryField(max_length=16)),
                ("forms", models.PositiveIntegerField(default=0)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("wave", "day", "prefix"), name="nearby_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperEntry",
            fields=[
                ("serial_hash", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("day", models.DateField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "verbose_name_plural": "paper entries",
                "indexes": [models.Index(fields=["wave"], name="paper_entry_wave")],
            },
        ),
        migrations.CreateModel(
            name="ServiceDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("issued", models.PositiveIntegerField(db_default=0, default=0)),
                ("closed", models.PositiveIntegerField(null=True)),
                (
                    "service_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.servicepoint",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="service_days",
                        to="surveys.wave",
                    ),
                ),
            ],
            options={
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(fields=("wave", "service_point", "day"), name="service_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Turnout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "channel"),
                            (2, "language"),
                            (3, "service point"),
                            (4, "page"),
                            (5, "interviewer"),
                        ]
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("started", models.PositiveIntegerField(db_default=0, default=0)),
                ("finished", models.PositiveIntegerField(db_default=0, default=0)),
                ("flagged", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turnout", to="surveys.wave"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "turnout",
                "constraints": [models.UniqueConstraint(fields=("wave", "kind", "key"), name="turnout_once")],
            },
        ),
        # Counts of a day, written with every open form: worth nothing after a crash, so they wait for no disk.
        migrations.RunSQL("ALTER TABLE surveys_nearbycount SET UNLOGGED", migrations.RunSQL.noop),
    ]
