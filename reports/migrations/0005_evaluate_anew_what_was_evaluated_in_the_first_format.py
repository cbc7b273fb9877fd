"""Let waves be evaluated anew whose evaluation is older than migration 0004 and was never published.

Their datasets are of format 1, which only the pages and files of what was published in it still read. Every finished
evaluation says something of its wave as a whole since then, so those that say nothing are old, or not finished. What
a publication stands on stays as it is; a correction that was asked for and not composed yet can be asked for again
when its wave has been evaluated.
"""

from django.db import migrations


def begin_anew(apps, _editor):
    evaluations, parts, measurements, publications, analyses = (
        apps.get_model("reports", name).objects
        for name in ("Evaluation", "EvaluationPart", "Measurement", "Publication", "Analysis")
    )
    old = evaluations.filter(whole={})
    analyses.filter(evaluation__in=old).exclude(progress="done").delete()
    publications.filter(evaluation__in=old, content_hash="").delete()
    needed = {
        pk for model in (publications, analyses) for pk in model.values_list("evaluation_id", flat=True)
    }
    going, followed = [], set()
    for pk, wave, whole in evaluations.order_by("wave_id", "-number").values_list("pk", "wave_id", "whole"):
        if whole or pk in needed:
            followed.add(wave)
        elif wave not in followed:  # a new evaluation's number is how many there are and one: no gaps
            going.append(pk)
    measurements.filter(part__evaluation__in=going).delete()
    parts.filter(evaluation__in=going).delete()
    evaluations.filter(pk__in=going).delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_say_what_is_found_of_a_wave_as_a_whole")]

    operations = [migrations.RunPython(begin_anew, migrations.RunPython.noop)]
