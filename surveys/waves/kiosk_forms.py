"""Paper of the kiosks: the device that is added."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.people.models import ServicePoint
from surveys.waves import devices
from surveys.waves.models import Wave

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[ServicePoint]
else:
    _ModelChoice = forms.ModelChoiceField


class PointChoice(_ModelChoice):
    """A choice among service points, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """Show name and code."""
        return f"{obj.name} ({obj.code})"


class KioskForm(forms.Form):
    """A device to be added."""

    name = forms.CharField(
        label=_("Name of the device"),
        max_length=80,
        help_text=_("So that you find it again, such as “Hall 1, left”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, wave: Wave, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service_point"] = PointChoice(
            label=_("Service point"),
            queryset=devices.points_of(wave),
            required=False,
            empty_label=_("None: it stands for the whole place"),
        )
