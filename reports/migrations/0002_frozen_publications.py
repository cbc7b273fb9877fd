"""Let the database itself refuse to change what was published."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION reports_publication_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'a publication never changes: publish a correction that supersedes it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER publication_is_frozen BEFORE UPDATE OR DELETE ON reports_publication
    FOR EACH ROW EXECUTE FUNCTION reports_publication_is_frozen();

CREATE FUNCTION reports_scorecard_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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

CREATE TRIGGER scorecard_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON reports_scorecard
    FOR EACH ROW EXECUTE FUNCTION reports_scorecard_is_frozen();
"""

ALLOW = """
DROP TRIGGER scorecard_is_frozen ON reports_scorecard;
DROP FUNCTION reports_scorecard_is_frozen();
DROP TRIGGER publication_is_frozen ON reports_publication;
DROP FUNCTION reports_publication_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
