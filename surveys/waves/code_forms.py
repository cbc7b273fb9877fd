"""Paper about codes: a registrar's file, a lost code and its spare, a list of contacts to send to."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.waves.inviting import LENGTH
from surveys.waves.models import Wave
from surveys.waves.registering import MOST_BYTES
from surveys.waves.sending import MOST_CHARACTERS

MOST_LIST_BYTES = 4 * 2**20


class CodeField(forms.CharField):
    """A code as people type it."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4 * LENGTH, **kwargs)


class RegisterForm(forms.Form):
    """The file that an outside registrar hands over."""

    hashes = forms.FileField(
        label=_("hashes.json of the registrar"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".json,application/json"}),
    )

    def clean_hashes(self) -> bytes:
        """Read the file, unless it is too large for that."""
        sent = self.cleaned_data["hashes"]
        if sent.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)d MB."), params={"most": MOST_BYTES // 2**20}
            )
        content: bytes = sent.read()
        return content


class ReplaceForm(forms.Form):
    """A lost code and the spare that takes its place."""

    prefix = "replace"

    lost = CodeField(label=_("Lost code"))
    spare = CodeField(
        label=_("Spare"),
        help_text=_("From the registrar’s replacements.csv, of the same stratum and cluster."),
    )


class SendingForm(forms.Form):
    """Whom to write to, and what."""

    kind = forms.ChoiceField(
        label=_("What is sent"),
        choices=[
            ("invite", _("an invitation: everybody gets a link of their own")),
            ("remind", _("a reminder: the same list again, no links")),
        ],
        widget=forms.RadioSelect,
        initial="invite",
    )
    contacts = forms.CharField(
        label=_("Telephone numbers or e-mail addresses"),
        required=False,
        max_length=4_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Or a file with them (CSV)"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.txt,text/csv,text/plain"}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    subject = forms.CharField(
        label=_("Subject of e-mails"),
        required=False,
        max_length=150,
        help_text=_("Left empty: the wave’s title."),
    )
    text = forms.CharField(
        label=_("Text of the message"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Left empty: the usual text. In an invitation {link} stands for the link of each person."
        ),
    )
    sending = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, wave: Wave, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].help_text = _contacts_help(wave)

    def clean_file(self) -> str:
        """Read the file as spreadsheets save it: UTF-8, or GB18030."""
        sent = self.cleaned_data["file"]
        if not sent:
            return ""
        if sent.size > MOST_LIST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)d MB."), params={"most": MOST_LIST_BYTES // 2**20}
            )
        content: bytes = sent.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("The file is neither UTF-8 nor GB18030: save it as “CSV UTF-8”."))

    def clean(self) -> dict[str, Any]:
        """Take the list from the file, or as it was typed."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        typed["contacts"] = typed.get("file") or typed.get("contacts", "")
        if not self.errors and not typed["contacts"].strip():
            self.add_error("contacts", _("Paste a list, or choose a file with one."))
        return typed


def _contacts_help(wave: Wave) -> str:
    strata = list(wave.strata.all())
    if any(one.clusters for one in strata):
        example = f"13800138000,{escape(strata[0].code)},1"
        return gettext(
            "One a line: number or address, code of the stratum, number of the cluster, with commas between them, "
            "such as %(example)s"
        ) % {"example": example}
    if strata:
        codes = escape(", ".join(one.code for one in strata[:6]))  # help texts are taken for HTML
        return gettext(
            "One a line: number or address, a comma, the code of the stratum (%(codes)s), such as %(example)s"
        ) % {"codes": codes, "example": f"13800138000,{escape(strata[0].code)}"}
    return gettext("One a line.")
