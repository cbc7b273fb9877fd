"""The editor's forms: what is typed becomes a part of a document.

What the document's shape refuses comes back to the field it was typed in. The shape decides alone; a form only
reads and shows.
"""

from surveys.questionnaires.forms.frame import CreateForm, FrameForm
from surveys.questionnaires.forms.question import QuestionForm
from surveys.questionnaires.forms.quotas import QuotaForm
from surveys.questionnaires.forms.rows import DimensionRows

__all__ = ["CreateForm", "DimensionRows", "FrameForm", "QuestionForm", "QuotaForm"]
