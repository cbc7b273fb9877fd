"""What a designer says to learn how many answers a wave needs: three questions, three forms."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from reports.analyses import sizing
from reports.analyses.sizing import Plan

POWERS = [("0.8", _("80% of the time")), ("0.9", _("90% of the time")), ("0.95", _("95% of the time"))]
MOST_COMPARED = 1000
LEVELS = [("0.05", "95%"), ("0.01", "99%"), ("0.1", "90%")]


def _number(label: Any, low: float, high: float, *, unit: Any = "", **kwargs: Any) -> forms.FloatField:
    """Make a field for a number from `low` to `high`."""
    return forms.FloatField(
        label=label,
        validators=[MinValueValidator(low), MaxValueValidator(high)],
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=unit,
        **kwargs,
    )


class SizeForm(forms.Form):
    """What all three questions share."""

    start: ClassVar[dict[str, str]] = {"alpha": "0.05", "deff": "1"}

    alpha = forms.ChoiceField(label=_("Confidence level"), choices=LEVELS)
    deff = _number(
        _("Design effect"),
        1,
        20,
        unit=_("1 for a simple random sample; weighting and clusters make it larger, 1.2 to 2 is common."),
    )
    response = _number(
        _("Share of the invited who answer, in per cent"),
        1,
        100,
        unit=_("Tells how many people to invite."),
        required=False,
    )

    def plan(self) -> Plan:
        """Answer the question of a valid form."""
        raise NotImplementedError

    def alpha_of_each(self) -> float:
        """Return the share of false alarms, 0 to 1, that one comparison may make for all of them to keep the level."""
        return sizing.alpha_of_each(float(self.cleaned_data["alpha"]), self.cleaned_data.get("compared") or 1)

    def response_rate(self) -> float | None:
        """Return the share of the invited who answer, 0 to 1, or None."""
        given: float | None = self.cleaned_data["response"]
        return None if given is None else given / 100


def _compared() -> forms.IntegerField:
    """Make the field for the number of comparisons that share one level."""
    return forms.IntegerField(
        label=_("Departments compared at once"),
        min_value=1,
        max_value=MOST_COMPARED,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_(
            "A wave that judges 12 departments makes 12 comparisons: say 12. The level is divided by their number "
            "(Bonferroni), a careful stand-in for Holm’s rule, by which results are judged."
        ),
    )


class RateForm(SizeForm):
    """To see a satisfaction rate move."""

    start: ClassVar[dict[str, str]] = SizeForm.start | {
        "before": "85",
        "after": "90",
        "power": "0.8",
        "compared": "1",
    }
    field_order = ["before", "after", "power", "alpha", "compared", "deff", "response"]

    before = _number(_("Satisfied now, in per cent"), 0.1, 99.9)
    after = _number(_("The rate you want to be able to tell from it, in per cent"), 0.1, 99.9)
    power = forms.ChoiceField(label=_("Such a change is to be found"), choices=POWERS)
    compared = _compared()

    def clean(self) -> dict[str, Any]:
        """Refuse a change of nothing."""
        given = super().clean() or {}
        if given.get("before") is not None and given.get("before") == given.get("after"):
            self.add_error(
                "after", _("Both rates are the same; no number of answers could tell them apart. Change one.")
            )
        return given

    def plan(self) -> Plan:
        """Return the answers needed to tell the two rates apart."""
        given = self.cleaned_data
        return sizing.to_see_rates(
            given["before"] / 100,
            given["after"] / 100,
            power=float(given["power"]),
            alpha=self.alpha_of_each(),
            deff=given["deff"],
        )


class ScoreForm(SizeForm):
    """To see a score move."""

    start: ClassVar[dict[str, str]] = SizeForm.start | {
        "delta": "5",
        "sd": "28",
        "power": "0.8",
        "compared": "1",
    }
    field_order = ["delta", "sd", "power", "alpha", "compared", "deff", "response"]

    delta = _number(_("Change of the score, in points"), 0.1, 100)
    sd = _number(
        _("Standard deviation of single answers, in points"),
        1,
        50,
        unit=_("About 28 where answers use the whole scale; an earlier wave tells."),
    )
    power = forms.ChoiceField(label=_("Such a change is to be found"), choices=POWERS)
    compared = _compared()

    def plan(self) -> Plan:
        """Return the answers needed to see the change."""
        given = self.cleaned_data
        return sizing.to_see_scores(
            given["delta"],
            given["sd"],
            power=float(given["power"]),
            alpha=self.alpha_of_each(),
            deff=given["deff"],
        )


class IntervalForm(SizeForm):
    """To know a rate or a score well enough."""

    start: ClassVar[dict[str, str]] = SizeForm.start | {"of": "rate", "half": "5", "rate": "50", "sd": "28"}
    field_order = ["of", "half", "rate", "sd", "alpha", "deff", "response"]

    of = forms.ChoiceField(
        label=_("What is to be known"),
        choices=[
            ("rate", _("a satisfaction rate")),
            ("score", _("a score")),
        ],
    )
    half = _number(_("The interval may reach so far to each side, in points"), 0.1, 50)
    rate = _number(
        _("For a rate: the rate expected, in per cent"), 1, 99, unit=_("50 is the safe side."), required=False
    )
    sd = _number(_("For a score: standard deviation of single answers, in points"), 1, 50, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the one figure that the choice needs."""
        given = super().clean() or {}
        needed = {"rate": "rate", "score": "sd"}.get(str(given.get("of")))
        if needed and needed not in self.errors and given.get(needed) is None:
            self.add_error(needed, _("This is needed for what you want to know. Fill it in."))
        return given

    def plan(self) -> Plan:
        """Return the answers needed for such an interval."""
        given = self.cleaned_data
        share = (given["rate"] or 0) / 100
        sd = 100 * (share * (1 - share)) ** 0.5 if given["of"] == "rate" else given["sd"]
        return sizing.to_be_sure(given["half"], sd, alpha=float(given["alpha"]), deff=given["deff"])


QUESTIONS: dict[str, tuple[Any, type[SizeForm]]] = {
    "rate": (_("To see a rate change"), RateForm),
    "score": (_("To see a score change"), ScoreForm),
    "interval": (_("To be sure enough"), IntervalForm),
}
