import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION reports_analysis_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.progress = 'done' THEN
        RAISE EXCEPTION 'a finished analysis never changes: a new evaluation has an analysis of its own'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER analysis_is_frozen BEFORE UPDATE OR DELETE ON reports_analysis
    FOR EACH ROW EXECUTE FUNCTION reports_analysis_is_frozen();
"""

ALLOW = """
DROP TRIGGER analysis_is_frozen ON reports_analysis;
DROP FUNCTION reports_analysis_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_frozen_publications")]

    operations = [
        migrations.CreateModel(
            name="Analysis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "progress",
                    models.CharField(
                        choices=[
                            ("due", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("parked", "needs attention"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("content", models.JSONField(null=True)),
                ("content_hash", models.CharField(blank=True, max_length=64)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.evaluation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "analyses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("progress", "done"), _negated=True),
                            models.Q(
                                ("content__isnull", False),
                                models.Q(("content_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="analysis_done_has_content",
                    )
                ],
            },
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
