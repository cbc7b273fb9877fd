from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_freeze_analyses_when_they_are_done")]

    operations = [
        migrations.AddField(model_name="evaluation", name="whole", field=models.JSONField(default=dict)),
        migrations.AddField(
            model_name="evaluationpart", name="agreement", field=models.JSONField(default=dict)
        ),
    ]
