"""What a program is told about a draft before it is published: problems, advice, languages, minutes, ways through."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from surveys.questionnaires import publishing
from surveys.questionnaires.advising.base import Advice
from surveys.questionnaires.advising.minutes import Span
from surveys.questionnaires.advising.report import Language, Minutes, Report, report_on
from surveys.questionnaires.checking import Problem
from surveys.questionnaires.models import Questionnaire


class ProblemSerializer(serializers.Serializer[Problem]):
    """What keeps a draft from being published."""

    where = serializers.CharField(help_text="code of the question, or empty")
    message = serializers.CharField()


class AdviceSerializer(serializers.Serializer[Advice]):
    """What could be said better."""

    where = serializers.CharField(help_text="code of the question, or empty")
    rule = serializers.CharField(help_text="code of the rule, see docs/reference/wording-rules.md")
    level = serializers.ChoiceField(
        choices=["refuse", "warn"], help_text="“refuse” stands among the problems too"
    )
    message = serializers.CharField()
    excerpt = serializers.CharField(help_text="the words meant")
    language = serializers.CharField(help_text="of the words, or empty")
    reason = serializers.CharField(help_text="why it matters, and who found out")


class SpanSerializer(serializers.Serializer[Span]):
    """Estimated minutes of the shortest, usual and longest way through, to a tenth."""

    shortest = serializers.SerializerMethodField()
    usual = serializers.SerializerMethodField()
    longest = serializers.SerializerMethodField()

    def get_shortest(self, span: Span) -> float:
        """Return the minutes of the shortest way."""
        return round(span.shortest, 1)

    def get_usual(self, span: Span) -> float:
        """Return the minutes of the usual way."""
        return round(span.usual, 1)

    def get_longest(self, span: Span) -> float:
        """Return the minutes of the longest way."""
        return round(span.longest, 1)


class MinutesSerializer(serializers.Serializer[Minutes]):
    """The minutes asked of somebody who rates so many departments."""

    departments = serializers.IntegerField(help_text="0 when the questionnaire asks about none")
    minutes = SpanSerializer(source="span")
    over_budget = serializers.BooleanField(source="is_over")


class LanguageSerializer(serializers.Serializer[Language]):
    """How far a declared language is."""

    language = serializers.CharField()
    done = serializers.IntegerField(help_text="texts that are there")
    all = serializers.IntegerField(help_text="texts that are to be there")
    minutes = SpanSerializer()
    grade = serializers.FloatField(
        allow_null=True, help_text="school years that the English asks for (Kincaid 1975)"
    )
    long_sentences = serializers.FloatField(
        source="long_share",
        allow_null=True,
        help_text="share, 0 to 1, of Chinese sentences over 50 characters",
    )


class WaysSerializer(serializers.Serializer[Any]):
    """The ways through that were walked with made-up answers."""

    walked = serializers.SerializerMethodField()
    all_walked = serializers.BooleanField(source="is_whole")
    pages_missed = serializers.ListField(child=serializers.CharField())
    questions_missed = serializers.ListField(child=serializers.CharField())

    def get_walked(self, branches: Any) -> int:
        """Return how many they are."""
        return len(branches.branches)


class CheckSerializer(serializers.Serializer[Mapping[str, Any]]):
    """Everything that the check page says."""

    problems = ProblemSerializer(many=True)
    advice = AdviceSerializer(many=True)
    minutes_budget = serializers.FloatField()
    minutes = MinutesSerializer(many=True)
    languages = LanguageSerializer(many=True)
    ways = WaysSerializer()


def checked(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what the serializer writes about the draft of `questionnaire`."""
    report: Report = report_on(questionnaire.draft)
    return {
        "problems": publishing.problems_of(questionnaire),
        "advice": report.advice,
        "minutes_budget": report.budget,
        "minutes": report.minutes,
        "languages": report.languages,
        "ways": report.branches,
    }
