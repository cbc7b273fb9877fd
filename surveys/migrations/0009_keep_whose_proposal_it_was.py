"""Keep for whom somebody worked who proposed to exclude a rating: an account may say something else later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0008_forget_which_codes_were_used"),
    ]

    operations = [
        migrations.AddField(
            model_name="exclusion",
            name="proposed_for",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
    ]
