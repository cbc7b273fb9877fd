"""Let a wave declare margins and clusters.

Records and invitations get the number of their PSU, tallies a fifth number in each group: 0 for what is there. What
was counted stays as it was counted. Margins are frozen like everything else that a wave declares.
"""

from django.db import migrations, models

# The sixteen-bit numbers of a group lie one after the other; four of them become five.
WIDEN = r"""
UPDATE surveys_tally SET groups = (
    SELECT coalesce(string_agg(substr(groups, 8 * g + 1, 8) || '\x0000'::bytea, ''::bytea ORDER BY g), ''::bytea)
    FROM generate_series(0, length(groups) / 8 - 1) AS g
)
"""
NARROW = r"""
UPDATE surveys_tally SET groups = (
    SELECT coalesce(string_agg(substr(groups, 10 * g + 1, 8), ''::bytea ORDER BY g), ''::bytea)
    FROM generate_series(0, length(groups) / 10 - 1) AS g
)
"""

FREEZE = """
CREATE OR REPLACE FUNCTION surveys_wave_is_declared() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    states text[] := ARRAY['planned', 'open', 'closed', 'settled'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'planned' THEN
            RAISE EXCEPTION 'a wave that has opened is never deleted' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status <> 'planned' AND (
        NEW.edition_id, NEW.slug, NEW.titles, NEW.release_at, NEW.method, NEW.previous_id, NEW.klass, NEW.opens_at,
        NEW.departments_per_person, NEW.closes_at, NEW.is_public, NEW.channels{new}
    ) IS DISTINCT FROM (
        OLD.edition_id, OLD.slug, OLD.titles, OLD.release_at, OLD.method, OLD.previous_id, OLD.klass, OLD.opens_at,
        OLD.departments_per_person, OLD.closes_at, OLD.is_public, OLD.channels{old}
    ) THEN
        RAISE EXCEPTION 'what a wave declared before it opened never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF array_position(states, NEW.status::text) < array_position(states, OLD.status::text) THEN
        RAISE EXCEPTION 'a wave never goes back from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0002_frozen_tables")]

    operations = [
        migrations.AddField("wave", "margins", models.JSONField(blank=True, default=list)),
        migrations.AddField("stratum", "clusters", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField(
            "stratum", "cluster_population", models.PositiveIntegerField(blank=True, null=True)
        ),
        *(
            migrations.AddField(model, "psu", models.PositiveSmallIntegerField(db_default=0, default=0))
            for model in ("invitation", "inboxentry", "response")
        ),
        migrations.RunSQL(WIDEN, NARROW),
        migrations.RunSQL(
            FREEZE.replace("{new}", ", NEW.margins").replace("{old}", ", OLD.margins"),
            FREEZE.replace("{new}", "").replace("{old}", ""),
        ),
    ]
