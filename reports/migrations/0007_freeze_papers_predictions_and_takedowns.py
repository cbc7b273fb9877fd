"""Let the database itself refuse to change what was printed, predicted or taken down."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION reports_paper_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM reports_publication
        WHERE id IN (OLD.publication_id, NEW.publication_id) AND state = 'published'
    ) THEN
        RAISE EXCEPTION 'the papers of what is published never change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER paper_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON reports_paper
    FOR EACH ROW EXECUTE FUNCTION reports_paper_is_frozen();

CREATE FUNCTION reports_prediction_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM reports_publication
        WHERE wave_id IN (OLD.wave_id, NEW.wave_id) AND state = 'published'
    ) THEN
        RAISE EXCEPTION 'what was predicted of released results never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER prediction_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON reports_prediction
    FOR EACH ROW EXECUTE FUNCTION reports_prediction_is_frozen();

CREATE FUNCTION reports_takedown_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.agreed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a takedown that was agreed never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER takedown_is_frozen BEFORE UPDATE OR DELETE ON reports_takedown
    FOR EACH ROW EXECUTE FUNCTION reports_takedown_is_frozen();
"""

ALLOW = """
DROP TRIGGER takedown_is_frozen ON reports_takedown;
DROP FUNCTION reports_takedown_is_frozen();
DROP TRIGGER prediction_is_frozen ON reports_prediction;
DROP FUNCTION reports_prediction_is_frozen();
DROP TRIGGER paper_is_frozen ON reports_paper;
DROP FUNCTION reports_paper_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_try_print_predict_tell_and_take_down")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
