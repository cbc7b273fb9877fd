"""The translation of a draft for programs: its texts in two languages, and words put into one of them."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.questionnaires import access, translating
from surveys.questionnaires.api.reading import DocumentParser, KnownFields, find, flawed, read
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.translating import Typed


class TextSerializer(serializers.Serializer[Any]):
    """Texts of one kind that read the same in both languages, wherever they stand."""

    key = serializers.CharField(help_text="of the first place, such as questions:q1:text")
    kind = serializers.CharField()
    questions = serializers.ListField(child=serializers.CharField())
    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    places = serializers.IntegerField()
    lost = serializers.ListField(
        child=serializers.CharField(), help_text="earlier answers that only one of the languages quotes"
    )
    seen = serializers.CharField(help_text="fingerprint of both languages, to be sent back with a change")


class ProgressSerializer(serializers.Serializer[Any]):
    """How far a language is."""

    language = serializers.CharField()
    done = serializers.IntegerField()
    all = serializers.IntegerField()


class TextsSerializer(serializers.Serializer[Any]):
    """A draft's texts in two languages."""

    source = serializers.CharField()  # type: ignore[assignment]
    target = serializers.CharField()
    progress = ProgressSerializer(many=True)
    texts = TextSerializer(many=True)


class ChangedTextSerializer(KnownFields):
    """The words of one text, and the fingerprint of what was seen when they were written."""

    key = serializers.CharField(max_length=500)
    words = serializers.CharField(max_length=5000, allow_blank=True, trim_whitespace=False)
    seen = serializers.CharField(max_length=60)


class TranslationSerializer(KnownFields):
    """Words in the language `target`, translated from `source`."""

    source = serializers.CharField(max_length=30)  # type: ignore[assignment]
    target = serializers.CharField(max_length=30)
    texts = ChangedTextSerializer(many=True, max_length=5000)  # type: ignore[call-arg]


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of each text, by key; what did not change is not named."""

    revision = serializers.IntegerField()
    saved = serializers.ListField(child=serializers.CharField())
    stale = serializers.ListField(
        child=serializers.CharField(), help_text="changed by somebody else since: left alone"
    )
    refused = serializers.DictField(child=serializers.CharField())
    unknown = serializers.ListField(child=serializers.CharField())
    lost = serializers.ListField(
        child=serializers.CharField(), help_text="saved, but quotes other answers than its source"
    )


@extend_schema(
    methods=["GET"],
    description="List the draft's texts in two languages beside each other.",
    parameters=[OpenApiParameter("source", required=True), OpenApiParameter("target", required=True)],
    responses=TextsSerializer,
)
@extend_schema(
    methods=["POST"],
    description="Put words into one language; a text that has changed meanwhile is left alone and named.",
    request=TranslationSerializer,
    responses=OutcomeSerializer,
)
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def texts(request: Request, pk: int) -> Response:
    """List the draft's texts in two languages, or put words into one of them."""
    if request.method == "GET":
        found = find(request, pk)
        asked = {name: request.query_params.get(name, "") for name in ("source", "target")}
        _require_languages(found, asked)
        languages = translating.languages_of(found.draft)
        shown = {
            **asked,
            "progress": translating.progress_of(found.draft, languages),
            "texts": translating.rows_of(found.draft, source=asked["source"], target=asked["target"]),
        }
        return Response(TextsSerializer(shown).data)
    user = access.designer(request.user)
    found = find(request, pk)
    given = read(TranslationSerializer, request)
    asked = {name: given[name] for name in ("source", "target")}
    _require_languages(found, asked)
    typed = {text["key"]: Typed(text["words"], text["seen"]) for text in given["texts"]}
    try:
        outcome = translating.translate(
            found, source=asked["source"], target=asked["target"], typed=typed, by=user
        )
    except MalformedDocument as malformed:
        raise flawed(malformed) from malformed
    shown = {name: getattr(outcome, name) for name in ("saved", "stale", "refused", "unknown", "lost")}
    return Response(OutcomeSerializer({**shown, "revision": found.revision}).data)


def _require_languages(questionnaire: Questionnaire, asked: dict[str, str]) -> None:
    """Refuse languages that the questionnaire does not have, and a translation into itself."""
    known = translating.languages_of(questionnaire.draft)
    wrong = {
        name: [_("Give one of the questionnaire’s languages: %(known)s.") % {"known": ", ".join(known)}]
        for name, language in asked.items()
        if language not in known
    }
    if not wrong and asked["source"] == asked["target"]:
        wrong = {"target": [_("Choose another language than the source.")]}
    if wrong:
        raise serializers.ValidationError(wrong)
