"""Let papers that failed by a passing fault be tried again a few times before the release."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("reports", "0009_keep_whom_those_who_take_down_work_for")]

    operations = [
        migrations.AddField("paper", "tries", models.PositiveSmallIntegerField(default=1, db_default=1)),
        migrations.AddField("paper", "tried_at", models.DateTimeField(db_default=Now(), editable=False)),
    ]
