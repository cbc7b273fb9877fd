"""Paper of the responses room in the office: what is asked of staff who help residents to answer.

A code that is typed here is a resident's. It is never shown in an address and never kept.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from surveys.languages import in_language, language_name
from surveys.people.models import ServicePoint
from surveys.responses import excluding
from surveys.responses.access import AskedWave
from surveys.responses.answer_sheet import too_many
from surveys.waves import inviting
from surveys.waves.models import Invitation

MOST_COPIES = 50  # in one file: each takes the server a tenth of a second or less


class AboutForm(forms.Form):
    """In which language a form is, and about which departments where a person chooses them."""

    language = forms.ChoiceField(label=_("Language of the questionnaire"))
    about = forms.MultipleChoiceField(
        label=_("Departments to rate"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, wave: AskedWave, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wave = wave
        offered: Any = self.fields["language"]
        offered.choices = [(code, language_name(code)) for code in wave.languages]
        if not wave.chooses:
            del self.fields["about"]
            return
        departments: Any = self.fields["about"]
        departments.choices = [(one.code, in_language(one.names) or one.code) for one in wave.departments]
        departments.help_text = _("At most %(most)d, as the resident wishes.") % {
            "most": wave.departments_per_person
        }

    def clean_about(self) -> list[str]:
        """Refuse more departments than one person is asked about, and none where nothing else is asked."""
        chosen: list[str] = self.cleaned_data["about"]
        if len(chosen) > self.wave.departments_per_person:
            raise ValidationError(too_many(self.wave))
        if not chosen and self.wave.general is None:
            raise ValidationError(_("Choose at least one department."))
        return chosen

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments chosen, in the wave's order; none stands for all."""
        chosen = self.cleaned_data.get("about", ())
        return tuple(one.code for one in self.wave.departments if one.code in chosen)


class HelpForm(AboutForm):
    """What an interviewer says before a resident answers."""

    field_order = ["code", "language", "about", "point"]

    code = forms.CharField(
        label=_("The resident’s invitation code"),
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    point = forms.ChoiceField(label=_("Service point"), required=False)

    def __init__(self, wave: AskedWave, *args: Any, **kwargs: Any) -> None:
        super().__init__(wave, *args, **kwargs)
        code = self.fields["code"]
        code.required = not wave.is_public
        code.help_text = (
            _("Without a code the answers count as those of an open survey.")
            if wave.is_public
            else _("It stands in the resident’s letter and has 26 letters and digits.")
        )
        points: Any = self.fields["point"]
        named = ServicePoint.objects.in_bulk(list(wave.points.values()))
        points.choices = [
            ("", _("none")),
            *((code, named[pk].name) for code, pk in wave.points.items() if pk in named),
        ]
        if not wave.points:
            del self.fields["point"]

    def clean_code(self) -> str:
        """Return the code as it is written, or refuse one that opens nothing here."""
        typed: str = self.cleaned_data["code"]
        if not typed:
            return ""
        plain = inviting.normalised(typed)
        found = inviting.find(typed) if plain else None
        if plain is None or found is None or found.wave_id != self.wave.id:
            raise ValidationError(
                _("This invitation code is not known here. Please compare it with the letter.")
            )
        if found.state != Invitation.State.ISSUED:
            raise ValidationError(_("This invitation code has been used already or was withdrawn."))
        return plain

    @property
    def point_id(self) -> int:
        """The id of the service point, 0 for none."""
        return self.wave.points.get(self.cleaned_data.get("point", ""), 0)


class PrintForm(AboutForm):
    """Copies with serials of ours for anybody, or copies for invited people."""

    field_order = ["copies", "codes", "language", "about"]

    copies = forms.IntegerField(
        label=_("Blank copies, each with a serial of its own"),
        min_value=1,
        max_value=MOST_COPIES,
        required=False,
        initial=10,
    )
    codes = forms.CharField(
        label=_("Or copies for these invitation codes"),
        max_length=MOST_COPIES * 60,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One code a line. They are printed and not kept."),
    )

    def __init__(self, wave: AskedWave, *args: Any, **kwargs: Any) -> None:
        super().__init__(wave, *args, **kwargs)
        if not wave.is_public:
            del self.fields["copies"]
            self.fields["codes"].label = _("Copies for these invitation codes")
            self.fields["codes"].required = True

    def clean_codes(self) -> list[str]:
        """Return the codes as they are written, or name the line that holds none of this wave."""
        found = []
        for number, line in enumerate(
            filter(None, map(str.strip, self.cleaned_data["codes"].splitlines())), 1
        ):
            code = inviting.normalised(line)
            if code is None:
                raise ValidationError(
                    _("Line %(number)d is not an invitation code: it has 26 letters and digits."),
                    params={"number": number},
                )
            found.append(code)
        if len(found) > MOST_COPIES:
            raise ValidationError(
                _("At most %(most)d copies can be printed at a time."), params={"most": MOST_COPIES}
            )
        if len(set(found)) < len(found):
            raise ValidationError(_("One of these codes is there twice. Please list each once."))
        hashes = [inviting.code_hash(self.wave.slug, code) for code in found]
        good = Invitation.objects.filter(
            code_hash__in=hashes, wave_id=self.wave.id, state=Invitation.State.ISSUED
        ).values_list("code_hash", flat=True)
        opens = {bytes(one) for one in good}
        for number, one in enumerate(hashes, start=1):
            if one not in opens:
                raise ValidationError(
                    _("Line %(number)d is no code of this wave that can still be used."),
                    params={"number": number},
                )
        return found

    def clean(self) -> dict[str, Any]:
        """Want one kind of copies."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("codes") and not cleaned.get("copies"):
            raise ValidationError(_("Say how many blank copies, or list the codes."))
        return cleaned


class SerialForm(AboutForm):
    """Which paper it is."""

    field_order = ["serial", "language", "about"]

    serial = forms.CharField(
        label=_("Serial on the paper"),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("26 letters and digits under the QR code at the top."),
    )


class ExclusionForm(forms.Form):
    """A proposal to leave a rating out of the count, or to take it back in."""

    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    restores = forms.TypedChoiceField(
        label=_("What is proposed"),
        choices=[("out", _("Leave it out of the count")), ("in", _("Take it back into the count"))],
        coerce=lambda chosen: chosen == "in",
        initial="out",
        widget=forms.RadioSelect,
    )
    rule = forms.ChoiceField(
        label=_("Rule"),
        choices=[(rule, words) for rule, words in excluding.RULES.items()],
        widget=forms.RadioSelect,
        help_text=_("There is no rule about what a rating says: a bad rating is never a reason."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=excluding.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "At least 20 characters: what proves it, and where the proof is kept. Write no name of a resident."
        ),
    )
