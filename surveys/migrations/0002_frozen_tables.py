"""Let the database itself refuse what must never happen.

Audit entries and editions are append-only. Once a wave has opened, what was declared before the first answer stays
as it is, and its state only moves forward.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION surveys_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON surveys_auditentry
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse('the audit trail is append-only');

CREATE TRIGGER edition_is_frozen BEFORE UPDATE OR DELETE ON surveys_edition
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse('a published edition never changes');

CREATE FUNCTION surveys_wave_is_declared() RETURNS trigger LANGUAGE plpgsql AS $$
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
        NEW.departments_per_person, NEW.closes_at, NEW.is_public, NEW.channels
    ) IS DISTINCT FROM (
        OLD.edition_id, OLD.slug, OLD.titles, OLD.release_at, OLD.method, OLD.previous_id, OLD.klass, OLD.opens_at,
        OLD.departments_per_person, OLD.closes_at, OLD.is_public, OLD.channels
    ) THEN
        RAISE EXCEPTION 'what a wave declared before it opened never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF array_position(states, NEW.status::text) < array_position(states, OLD.status::text) THEN
        RAISE EXCEPTION 'a wave never goes back from % to %', OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER wave_is_declared BEFORE UPDATE OR DELETE ON surveys_wave
    FOR EACH ROW EXECUTE FUNCTION surveys_wave_is_declared();

CREATE FUNCTION surveys_part_of_declared_wave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- OLD is null when inserting, NEW when deleting; an update may not carry a row from wave to wave either.
    IF EXISTS (SELECT 1 FROM surveys_wave WHERE id IN (OLD.wave_id, NEW.wave_id) AND status <> 'planned') THEN
        RAISE EXCEPTION 'the departments and strata of a wave that has opened never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER coverage_is_declared BEFORE INSERT OR UPDATE OR DELETE ON surveys_coverage
    FOR EACH ROW EXECUTE FUNCTION surveys_part_of_declared_wave();
CREATE TRIGGER stratum_is_declared BEFORE INSERT OR UPDATE OR DELETE ON surveys_stratum
    FOR EACH ROW EXECUTE FUNCTION surveys_part_of_declared_wave();
"""

ALLOW = """
DROP TRIGGER stratum_is_declared ON surveys_stratum;
DROP TRIGGER coverage_is_declared ON surveys_coverage;
DROP FUNCTION surveys_part_of_declared_wave();
DROP TRIGGER wave_is_declared ON surveys_wave;
DROP FUNCTION surveys_wave_is_declared();
DROP TRIGGER edition_is_frozen ON surveys_edition;
DROP TRIGGER audit_is_append_only ON surveys_auditentry;
DROP FUNCTION surveys_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
