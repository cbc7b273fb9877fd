"""Ready questionnaires, the question bank and pasted texts, for programs.

A text is read without keeping anything; what was understood is then added to a draft, in one step, like any questions.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from surveys.people.api import Pages
from surveys.people.models import Department
from surveys.questionnaires import access, banking, drafting, packs, pasting
from surveys.questionnaires.api.drafts import QuestionnaireSerializer
from surveys.questionnaires.api.reading import (
    DocumentParser,
    FlawsSerializer,
    KnownFields,
    find,
    flawed,
    read,
)
from surveys.questionnaires.banking import EmptyBlock
from surveys.questionnaires.checking import MalformedDocument
from surveys.questionnaires.documents import EACH, GENERAL, MOST_QUESTIONS
from surveys.questionnaires.drafting import DraftFull, UnknownQuestion
from surveys.questionnaires.models import Block
from surveys.questionnaires.pasting import TooMuch
from surveys.questionnaires.pasting.kinds import OFFERED
from surveys.questionnaires.shapes import LANGUAGE, MOST_LANGUAGES, ListOf


class PackSerializer(serializers.Serializer[Any]):
    """A ready questionnaire in a list."""

    code = serializers.CharField()
    title = serializers.DictField(child=serializers.CharField())
    measures = serializers.DictField(child=serializers.CharField())


class WholePackSerializer(PackSerializer):
    """A ready questionnaire with its document."""

    document = serializers.DictField(help_text="docs/reference/questionnaire.schema.json")


class BeginSerializer(KnownFields):
    """The code of the questionnaire to be made; when left out it is made from that of the pack."""

    code = serializers.CharField(max_length=60, required=False)


class BlockSerializer(serializers.ModelSerializer[Block]):
    """A block of the question bank."""

    class Meta:
        model = Block
        fields = ["id", "names", "questions", "created_at", "updated_at"]


class NewBlockSerializer(KnownFields):
    """A block to be kept: from questions, or from codes of a draft's questions."""

    names = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True))
    questions = serializers.ListField(
        child=serializers.JSONField(), required=False, max_length=MOST_QUESTIONS
    )
    questionnaire = serializers.IntegerField(required=False, min_value=1, max_value=2**53)
    codes = serializers.ListField(
        child=serializers.CharField(max_length=50), required=False, max_length=MOST_QUESTIONS
    )


class NamesSerializer(KnownFields):
    """The names of a block by language."""

    names = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True))


class AddSerializer(KnownFields):
    """Questions to be added to a draft: themselves, or a block of the bank; behind `after`, else at the end."""

    questions = serializers.ListField(
        child=serializers.JSONField(), required=False, max_length=MOST_QUESTIONS
    )
    block = serializers.IntegerField(required=False, min_value=1, max_value=2**53)
    after = serializers.CharField(max_length=50, required=False, default="")


class AddedSerializer(serializers.Serializer[Any]):
    """What was added, with codes that were free, and what had to be changed for it."""

    revision = serializers.IntegerField()
    questions = serializers.ListField(child=serializers.DictField())
    notices = serializers.ListField(child=serializers.CharField())


class TextSerializer(KnownFields):
    """A text to be read; `kinds` and `abouts` say for single lines what their question is to be."""

    text = serializers.CharField(max_length=pasting.LARGEST_TEXT, trim_whitespace=False)
    second = serializers.CharField(
        max_length=pasting.LARGEST_TEXT, required=False, default="", allow_blank=True, trim_whitespace=False
    )
    languages = serializers.ListField(child=serializers.CharField(max_length=30), required=False)
    kinds = serializers.DictField(child=serializers.ChoiceField(OFFERED), required=False, default=dict)
    abouts = serializers.DictField(child=serializers.CharField(max_length=50), required=False, default=dict)


class NoteSerializer(serializers.Serializer[pasting.Note]):
    """What was made of a line; line 0 is the text as a whole."""

    line = serializers.IntegerField()
    words = serializers.CharField()
    is_doubtful = serializers.BooleanField()


class PastedSerializer(serializers.Serializer[pasting.Pasted]):
    """What a text was understood to be; `lines` has for each question the line it comes from."""

    title = serializers.DictField(child=serializers.CharField())
    introduction = serializers.DictField(child=serializers.CharField())
    questions = serializers.ListField(child=serializers.DictField())
    lines = serializers.ListField(child=serializers.IntegerField())
    notes = NoteSerializer(many=True)


@extend_schema(responses=PackSerializer(many=True))
@api_view(["GET"])
def all_packs(request: Request) -> Response:
    """List the ready questionnaires."""
    access.require_reader(request.user)
    return Response(PackSerializer(list(packs.PACKS), many=True).data)


@extend_schema(methods=["GET"], responses=WholePackSerializer)
@extend_schema(methods=["POST"], request=BeginSerializer, responses={201: QuestionnaireSerializer})
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def pack(request: Request, code: str) -> Response:
    """Return a ready questionnaire with its document, or begin a questionnaire as a copy of it."""
    access.require_reader(request.user)
    try:
        found = packs.pack(code)
    except LookupError as unknown:
        raise NotFound from unknown
    if request.method == "GET":
        return Response(WholePackSerializer(found).data)
    user = access.designer(request.user)
    wanted = read(BeginSerializer, request).get("code") or drafting.free_code(found.code)
    try:
        made = drafting.create(code=wanted, document=found.document, by=user)
    except ValidationError as refusal:
        raise serializers.ValidationError(refusal.message_dict) from refusal
    return Response(QuestionnaireSerializer(made).data, status=status.HTTP_201_CREATED)


@extend_schema(
    methods=["GET"],
    parameters=[OpenApiParameter("q", description="words that all stand in the block")],
    responses=BlockSerializer(many=True),
)
@extend_schema(
    methods=["POST"],
    request=NewBlockSerializer,
    responses={201: BlockSerializer, 400: OpenApiResponse(FlawsSerializer)},
)
@api_view(["GET", "POST"])
@parser_classes([DocumentParser])
def blocks(request: Request) -> Response:
    """List the blocks of the question bank, or keep one."""
    if request.method == "GET":
        access.require_reader(request.user)
        pages = Pages()
        found: QuerySet[Block] = banking.blocks_with(request.query_params.get("q", "")[:200])
        page = pages.paginate_queryset(found, request)
        return pages.get_paginated_response(BlockSerializer(page, many=True).data)
    user = access.designer(request.user)
    given = read(NewBlockSerializer, request)
    if ("questions" in given) == ("questionnaire" in given):
        raise serializers.ValidationError(
            {"questions": [_("Give either questions, or a questionnaire and codes.")]}
        )
    try:
        if "questions" in given:
            block = banking.make_block(questions=given["questions"], names=given["names"], by=user)
        else:
            source = find(request, given["questionnaire"])
            block, _notices = banking.keep_block(
                source, codes=given.get("codes", []), names=given["names"], by=user
            )
    except MalformedDocument as malformed:
        raise flawed(malformed) from malformed
    except (EmptyBlock, UnknownQuestion) as refusal:
        raise serializers.ValidationError({"questions": [str(refusal)]}) from refusal
    return Response(BlockSerializer(block).data, status=status.HTTP_201_CREATED)


@extend_schema(methods=["GET"], responses=BlockSerializer)
@extend_schema(methods=["PUT"], request=NamesSerializer, responses=BlockSerializer)
@extend_schema(methods=["DELETE"], responses={204: None})
@api_view(["GET", "PUT", "DELETE"])
@parser_classes([DocumentParser])
def block(request: Request, pk: int) -> Response:
    """Return a block, give it other names, or remove it from the bank."""
    access.require_reader(request.user)
    found = get_object_or_404(Block, pk=pk)
    if request.method == "GET":
        return Response(BlockSerializer(found).data)
    user = access.designer(request.user)
    if request.method == "DELETE":
        banking.remove_block(found, by=user)
        return Response(status=status.HTTP_204_NO_CONTENT)
    try:
        banking.rename_block(found, names=read(NamesSerializer, request)["names"], by=user)
    except MalformedDocument as malformed:
        raise flawed(malformed) from malformed
    return Response(BlockSerializer(found).data)


@extend_schema(request=AddSerializer, responses={200: AddedSerializer, 400: OpenApiResponse(FlawsSerializer)})
@api_view(["POST"])
@parser_classes([DocumentParser])
def questions(request: Request, pk: int) -> Response:
    """Add questions, or a block of the bank, to a draft in one step."""
    user = access.designer(request.user)
    found = find(request, pk)
    given = read(AddSerializer, request)
    if ("questions" in given) == ("block" in given):
        raise serializers.ValidationError({"questions": [_("Give either questions or a block.")]})
    try:
        if "block" in given:
            block = get_object_or_404(Block, pk=given["block"])
            added = banking.insert_block(found, block=block, after=given["after"], by=user)
        else:
            added = drafting.add_questions(found, questions=given["questions"], after=given["after"], by=user)
    except MalformedDocument as malformed:
        raise flawed(malformed) from malformed
    except (DraftFull, UnknownQuestion) as refusal:
        raise serializers.ValidationError({"questions": [str(refusal)]}) from refusal
    answer = {"revision": found.revision, "questions": added.questions, "notices": added.notices}
    return Response(AddedSerializer(answer).data)


@extend_schema(request=TextSerializer, responses=PastedSerializer)
@api_view(["POST"])
@parser_classes([DocumentParser])
def paste(request: Request) -> Response:
    """Read a text and return the questions in it, with a note for every line that was not plain; nothing is kept."""
    access.designer(request.user)
    given = read(TextSerializer, request)
    languages = given.get("languages", ["zh-hans", "en"])
    if flaws := list(ListOf(LANGUAGE, most=MOST_LANGUAGES, fewest=1).flaws(languages)):
        raise serializers.ValidationError({"languages": [str(flaw) for flaw in flaws]})
    departments = {
        one.code if one.parent_id else GENERAL: one.names for one in Department.objects.filter(is_active=True)
    }
    by_line = {
        name: {int(line): value for line, value in given[name].items() if line.isdecimal() and len(line) < 7}
        for name in ("kinds", "abouts")
    }
    unknown = sorted(set(by_line["abouts"].values()) - {*departments, EACH, GENERAL})
    if unknown:
        message = _("There is no department “%(code)s” that can be asked about.") % {"code": unknown[0]}
        raise serializers.ValidationError({"abouts": [message]})
    try:
        pasted = pasting.understood(
            given["text"],
            languages=languages,
            departments=departments,
            second=given["second"],
            **by_line,
        )
    except TooMuch as refusal:
        raise serializers.ValidationError({"text": [str(refusal)]}) from refusal
    return Response(PastedSerializer(pasted).data)
