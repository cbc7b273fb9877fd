"""The resident's pages: start, invitation, answer sheet, saving, receipt, check, and the widget of other websites.

None of them knows a user or a session: whoever holds the address may answer, once per code or form. The one cookie
carries an invitation past the address of its letter, and gives nobody a right that a form of ours does not carry. The
answer sheet is exempt from Django's CSRF cookie because it carries a signed token of its own, good for one
submission, and because no stranger's page could gain anything by posting it: there is no authority to borrow.
"""

from surveys.responses.views.doors import check, enter, home
from surveys.responses.views.kiosk import kiosk, register
from surveys.responses.views.lane import ResidentLane
from surveys.responses.views.offline import tokens, worker
from surveys.responses.views.saved import resume
from surveys.responses.views.screened import screening_rules
from surveys.responses.views.sheets import invitation, survey
from surveys.responses.views.style import style
from surveys.responses.views.widget import embed

__all__ = [
    "ResidentLane",
    "check",
    "embed",
    "enter",
    "home",
    "invitation",
    "kiosk",
    "register",
    "resume",
    "screening_rules",
    "style",
    "survey",
    "tokens",
    "worker",
]
