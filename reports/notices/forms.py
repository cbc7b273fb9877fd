"""What a person can choose about notices by e-mail."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MailForm(forms.Form):
    """Whether, and in which language."""

    wanted = forms.BooleanField(required=False, label=_("Send me these notices by e-mail"))
    language = forms.ChoiceField(
        required=False,
        label=_("Language of the e-mails"),
        choices=[("", _("all languages")), *settings.LANGUAGES],
    )
