"""The kinds of questions, seen whole: to add one, write its file and its template, and add one line here."""

from surveys.questionnaires.question_types.agreement import Agreement
from surveys.questionnaires.question_types.base import FAMILIES, AnswerError, Option, QuestionType
from surveys.questionnaires.question_types.ces import Ces
from surveys.questionnaires.question_types.consent import Consent
from surveys.questionnaires.question_types.constant_sum import ConstantSum
from surveys.questionnaires.question_types.contact import Email, Phone
from surveys.questionnaires.question_types.csat import Csat
from surveys.questionnaires.question_types.dropdown import Dropdown
from surveys.questionnaires.question_types.faces import Faces
from surveys.questionnaires.question_types.file import File
from surveys.questionnaires.question_types.formatted_id import FormattedId
from surveys.questionnaires.question_types.frequency import Frequency
from surveys.questionnaires.question_types.location import Location
from surveys.questionnaires.question_types.matrix import Matrix
from surveys.questionnaires.question_types.moments import Date, Time
from surveys.questionnaires.question_types.multi_matrix import MultiMatrix
from surveys.questionnaires.question_types.multiple_choice import MultipleChoice
from surveys.questionnaires.question_types.nps import Nps
from surveys.questionnaires.question_types.number import Number
from surveys.questionnaires.question_types.pickers import DepartmentPicker, ServicePicker
from surveys.questionnaires.question_types.picture_choice import PictureChoice
from surveys.questionnaires.question_types.place import PlaceChoice
from surveys.questionnaires.question_types.ranking import Ranking
from surveys.questionnaires.question_types.rating_points import RatingPoints
from surveys.questionnaires.question_types.repeat_group import RepeatGroup
from surveys.questionnaires.question_types.satisfaction import Satisfaction
from surveys.questionnaires.question_types.satisfaction_matrix import SatisfactionMatrix
from surveys.questionnaires.question_types.several_blanks import SeveralBlanks
from surveys.questionnaires.question_types.signature import Signature
from surveys.questionnaires.question_types.single_choice import SingleChoice
from surveys.questionnaires.question_types.slider import Slider
from surveys.questionnaires.question_types.stars import Stars
from surveys.questionnaires.question_types.texts import LongText, ShortText
from surveys.questionnaires.question_types.thumbs import Thumbs
from surveys.questionnaires.question_types.unanswered import Info, PageBreak
from surveys.questionnaires.question_types.unseen import Calculated, Hidden, Split
from surveys.questionnaires.question_types.yes_no import YesOrNo

REGISTRY: tuple[QuestionType, ...] = (
    Satisfaction(),
    SingleChoice(),
    MultipleChoice(),
    Number(),
    ShortText(),
    LongText(),
    Agreement(),
    Csat(),
    Ces(),
    Stars(),
    Faces(),
    Thumbs(),
    Frequency(),
    Nps(),
    RatingPoints(),
    YesOrNo(),
    Dropdown(),
    PictureChoice(),
    Matrix(),
    MultiMatrix(),
    SatisfactionMatrix(),
    Ranking(),
    ConstantSum(),
    Slider(),
    PageBreak(),
    Info(),
    Split(),
    Hidden(),
    Calculated(),
    Date(),
    Time(),
    SeveralBlanks(),
    Email(),
    Phone(),
    FormattedId(),
    DepartmentPicker(),
    ServicePicker(),
    PlaceChoice(),
    Location(),
    File(),
    Signature(),
    Consent(),
    RepeatGroup(),
)

_BY_NAME = {kind.name: kind for kind in REGISTRY}


def question_type(name: str) -> QuestionType:
    """Return the type called `name`; raises `LookupError` naming the known ones."""
    try:
        return _BY_NAME[name]
    except (KeyError, TypeError):
        known = ", ".join(_BY_NAME)
        raise LookupError(f"There is no question type “{name}”; known types are: {known}.") from None


__all__ = ["FAMILIES", "REGISTRY", "AnswerError", "Option", "QuestionType", "question_type"]
