"""Paper of the briefings room: the score that a head expects."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PredictionForm(forms.Form):
    """One number; what it means is checked by the verb."""

    score = forms.DecimalField(
        label=_("The score you expect, 0 to 100"),
        max_digits=6,
        widget=forms.NumberInput(attrs={"min": "0", "max": "100", "step": "0.1", "inputmode": "decimal"}),
        error_messages={"invalid": _("Write a number from 0 to 100, such as 72.5.")},
    )
