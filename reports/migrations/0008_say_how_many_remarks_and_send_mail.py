"""Say out of how many remarks those of a scorecard were drawn, forget them in time, and send notices by e-mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A published scorecard never changes, with one exception: what people wrote is deleted when its time is over, or when
# the publication was taken down because it gave somebody away.
REFUSE = """
CREATE OR REPLACE FUNCTION reports_scorecard_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.comments = '[]' AND NEW.comments_of = 0
        AND to_jsonb(NEW) - 'comments' - 'comments_of' = to_jsonb(OLD) - 'comments' - 'comments_of'
        AND EXISTS (
            SELECT 1 FROM reports_publication AS one JOIN surveys_wave AS wave ON wave.id = one.wave_id
            WHERE one.id = OLD.publication_id AND (
                wave.release_at < clock_timestamp() - interval '364 days'
                OR EXISTS (
                    SELECT 1 FROM reports_takedown AS down
                    WHERE down.publication_id = one.id AND down.rule = 'personal_data' AND down.agreed_at IS NOT NULL
                )
            )
        )
    THEN
        RETURN NEW;
    END IF;
    -- Neither the publication it was in nor the one it would be moved to may be published; in an INSERT or DELETE
    -- the missing one of the two rows is NULL.
    IF EXISTS (
        SELECT 1 FROM reports_publication
        WHERE id IN (OLD.publication_id, NEW.publication_id) AND state = 'published'
    ) THEN
        RAISE EXCEPTION 'a published scorecard never changes: publish a correction that supersedes it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""

ALLOW = """
CREATE OR REPLACE FUNCTION reports_scorecard_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM reports_publication
        WHERE id IN (OLD.publication_id, NEW.publication_id) AND state = 'published'
    ) THEN
        RAISE EXCEPTION 'a published scorecard never changes: publish a correction that supersedes it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reports", "0007_freeze_papers_predictions_and_takedowns"),
    ]

    operations = [
        migrations.AddField("scorecard", "comments_of", models.PositiveIntegerField(default=0, db_default=0)),
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.AddField(
            "notice", "mail_tries", models.PositiveSmallIntegerField(default=0, db_default=0)
        ),
        migrations.AddField("notice", "mail_due_at", models.DateTimeField(null=True, blank=True)),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wanted", models.BooleanField(default=True)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_choice",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["mail_due_at"],
                name="notice_to_be_mailed",
                condition=models.Q(mail_due_at__isnull=False),
            ),
        ),
    ]
