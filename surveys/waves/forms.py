"""Paper of the waves room: the plan of a wave, codes, and the upload of a past wave.

Forms read what was typed; what it means is checked by the verbs, whose objections come back to the fields. Times
are written and read in the time of the site.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.people.models import Department, User, code_validator
from surveys.questionnaires.access import editions_visible_to
from surveys.questionnaires.codebook import codebook_of
from surveys.questionnaires.models import Edition
from surveys.waves import lines
from surveys.waves.access import waves_visible_to
from surveys.waves.declaring import MOST_DEPARTMENTS_PER_PERSON, StratumPlan
from surveys.waves.inviting import LENGTH
from surveys.waves.models import Channel, Klass, Wave, default_method
from surveys.waves.past_design import wrong_target
from surveys.waves.past_files import MOST_BYTES, MOST_JSON_BYTES
from surveys.waves.withdrawing import LONGEST_REASON

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Edition]
    _ModelChoices = forms.ModelMultipleChoiceField[Department]
else:
    _ModelChoice, _ModelChoices = forms.ModelChoiceField, forms.ModelMultipleChoiceField

MOST_CODES = 20_000  # made in one request

Plan = TypeVar("Plan")

PLANNED_CLASSES = [(one.value, one.label) for one in Klass if one != Klass.IMPORTED]
PLANNED_CHANNELS = [(one.value, one.label) for one in Channel if one != Channel.IMPORT]


class Moment(forms.DateTimeField):
    """A time to the minute, in the browser's own picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class EditionChoice(_ModelChoice):
    """A choice among published editions."""

    def label_from_instance(self, obj: Any) -> str:
        """Show title, number and the beginning of the hash."""
        return f"{obj.title} · {obj.number} ({obj.content_hash[:8]})"


class DepartmentChoices(_ModelChoices):
    """Departments to be ticked."""

    def label_from_instance(self, obj: Any) -> str:
        """Show the name."""
        return str(obj.name)


class PlanForm(forms.Form):
    """What a wave declares before its first answer."""

    error_places: Mapping[str, str] = {"titles": "title_zh"}

    edition = EditionChoice(label=_("Questionnaire and edition"), queryset=Edition.objects.none())
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    slug = forms.CharField(
        label=_("Address name"),
        max_length=60,
        validators=[code_validator],
        help_text=_("Stands in the survey’s address, /s/…/, and cannot be changed once codes are printed."),
    )
    departments = DepartmentChoices(
        label=_("Departments to be judged"),
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    departments_per_person = forms.IntegerField(
        label=_("Departments asked of one person at most"),
        min_value=1,
        max_value=MOST_DEPARTMENTS_PER_PERSON,
        initial=3,
    )
    opens_at = Moment(label=_("Opens"))
    closes_at = Moment(label=_("Closes"))
    release_at = Moment(
        label=_("Results are released"),
        help_text=_(
            "Fixed from the first answer on. The release happens by itself, even if the wave closes early."
        ),
    )
    klass = forms.TypedChoiceField(
        label=_("How people come to be asked"),
        choices=PLANNED_CLASSES,
        coerce=int,
        initial=Klass.SAMPLE,
        help_text=_("Only a sample, invited by known chance, is judged and ranked."),
    )
    is_public = forms.BooleanField(
        label=_("Anybody may answer at the public address too"),
        required=False,
        initial=True,
        help_text=_("Such answers are shown apart and never judged."),
    )
    channels = forms.TypedMultipleChoiceField(
        label=_("Channels"),
        choices=PLANNED_CHANNELS,
        coerce=int,
        initial=[Channel.WEB, Channel.QR],
        widget=forms.CheckboxSelectMultiple,
    )
    strata = forms.CharField(
        label=_("Strata"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "One a line: code, name, resident population, and if you like the English name. "
            "Leave it empty for a sample of the whole. Where villages or buildings are drawn first, add how many "
            "are drawn, and of how many: north,北区,52000,North,12,140."
        ),
    )
    margins = forms.CharField(
        label=_("Margins"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "Known numbers of residents that the answers are weighted to. One category a line: code of the question "
            "about the place as a whole; category; numbers of the choices that belong to it; residents. Such as: "
            "age; 18–34; 1,2; 34127. Each choice belongs to one category; leave it empty for no margins."
        ),
    )
    previous = forms.ModelChoiceField(
        label=_("Compare with"),
        queryset=Wave.objects.none(),
        required=False,
        empty_label=_("(no wave before)"),
    )
    target = forms.CharField(
        label=_("Benchmark, 0 to 100 points"),
        required=False,
        max_length=10,
        help_text=_("Left empty, departments are compared with the mean of all."),
    )
    smallest_change = forms.CharField(
        label=_("Smallest change that matters, in points"),
        max_length=10,
        initial=default_method()["smallest_change"],
    )
    standard = forms.CharField(
        label=_("Compare departments at the same mix of"),
        required=False,
        max_length=2000,
        help_text=_(
            "The code of a margin above: its categories count by their residents. Or with shares that add up to 1: "
            "age; 18–34 0.4; 35+ 0.6. Left empty, scores are compared as they are."
        ),
    )
    trim = forms.CharField(
        label=_("Cap weights at so many medians"),
        required=False,
        max_length=10,
        initial=default_method()["trim"],
        help_text=_("Left empty, weights are not capped."),
    )
    ranks = forms.BooleanField(
        label=_("Show between which ranks each department lies"),
        required=False,
        initial=default_method()["ranks"],
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields
        chosen["edition"].queryset = (
            editions_visible_to(user)
            .select_related("questionnaire")
            .order_by("questionnaire__code", "-number")
        )
        chosen["departments"].queryset = Department.objects.filter(is_active=True, parent__isnull=False)
        chosen["previous"].queryset = waves_visible_to(user).exclude(status=Wave.Status.PLANNED)

    def clean_strata(self) -> list[StratumPlan]:
        """Read the strata."""
        return self._read(
            "strata", ",", lines.read_stratum, _("Line %(line)d must read: code, name, population.")
        )

    def clean_margins(self) -> list[lines.MarginLine]:
        """Read the categories of the margins."""
        message = _("Line %(line)d must read: question; category; numbers of its choices; residents.")
        return self._read("margins", ";", lines.read_category, message)

    def _read(self, field: str, sign: str, read: Callable[[Sequence[str]], Plan], message: Any) -> list[Plan]:
        plans, wrong = [], []
        for number, cells in lines.cells_of(self.cleaned_data[field], sign):
            try:
                plans.append(read(cells))
            except ValueError:
                wrong.append(ValidationError(message, params={"line": number}))
        if wrong:
            raise ValidationError(wrong[:20])
        return plans

    def declared(self) -> dict[str, Any]:
        """Return what the wave declares, as the verb takes it."""
        typed = dict(self.cleaned_data)
        typed["titles"] = {"zh-hans": typed.pop("title_zh"), "en": typed.pop("title_en")}
        general = codebook_of(typed["edition"]).general
        typed["margins"] = lines.margins_of(typed["margins"], general.questions)
        typed["method"] = {
            **self.initial.get("method", {}),  # what has no field here stays as it was declared
            "target": typed.pop("target").strip() or None,
            "smallest_change": typed.pop("smallest_change").strip(),
            "ranks": typed.pop("ranks"),
            "trim": typed.pop("trim").strip() or None,
            "standard": lines.read_standard(typed.pop("standard"), typed["margins"]),
        }
        return typed


class CodesForm(forms.Form):
    """How many codes to make, and for which stratum."""

    stratum = forms.TypedChoiceField(label=_("Stratum"), coerce=int)
    psu = forms.IntegerField(
        label=_("Number of the cluster"),
        min_value=1,
        help_text=_(
            "As you number the clusters drawn in this stratum, from 1. Each cluster gets its own file."
        ),
    )
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_CODES, initial=100)

    def __init__(self, wave: Wave, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["stratum"]
        strata = list(wave.strata.all())
        chosen.choices = [(one.number, str(one)) for one in strata] or [(0, _("everybody"))]
        if not any(one.clusters for one in strata):
            del self.fields["psu"]


class WithdrawForm(forms.Form):
    """Why a plan is withdrawn."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RevokeForm(forms.Form):
    """A lost code."""

    code = forms.CharField(
        label=_("Lost code"),
        max_length=4 * LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ImportForm(forms.Form):
    """The files of a past wave."""

    name = forms.CharField(label=_("Name of the wave"), max_length=100, help_text=_("Such as “2021q3”."))
    codebook = forms.FileField(
        label=_("Codebook (JSON)"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".json,application/json"}),
    )
    rows = forms.FileField(
        label=_("Answers (CSV, one row a person)"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,text/csv"}),
    )
    strata_column = forms.CharField(
        label=_("Column of the strata"), max_length=100, required=False, help_text=_("Such as “district”.")
    )
    population = forms.FileField(
        label=_("Residents of each stratum (JSON)"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".json,application/json"}),
        help_text=_("With it the wave is judged like a sample; without it as self-selected."),
    )
    target = forms.CharField(
        label=_("Benchmark, 0 to 100 points"),
        required=False,
        max_length=10,
        help_text=_("Left empty, the codebook’s holds, or else the mean of all departments."),
    )
    keeps_strata = forms.BooleanField(
        label=_("Each person’s answers in this file are public already: keep small strata apart"),
        required=False,
        help_text=_("Otherwise strata with few answers are joined, so that nobody can be made out."),
    )
    attach = forms.BooleanField(label=_("These are the same departments"), required=False)

    def clean_target(self) -> str:
        """Refuse a benchmark that lies nowhere on the scale."""
        typed = str(self.cleaned_data["target"]).strip()
        if typed and (wrong := wrong_target(typed)):
            raise ValidationError([str(one) for one in wrong])
        return typed

    @property
    def method(self) -> dict[str, Any]:
        """The settings of the method that were chosen on the page."""
        typed = self.cleaned_data
        target = {"target": typed["target"]} if typed["target"] else {}
        return target | ({"merge_strata": False} if typed["keeps_strata"] else {})

    def clean(self) -> dict[str, Any]:
        """Refuse files that are too large before they are read."""
        typed: dict[str, Any] = super().clean() or {}
        for field, most in (
            ("codebook", MOST_JSON_BYTES),
            ("rows", MOST_BYTES),
            ("population", MOST_JSON_BYTES),
        ):
            file = typed.get(field)
            if file and file.size > most:
                self.add_error(field, _("The file is larger than %(most)d MB.") % {"most": most // 2**20})
        return typed
