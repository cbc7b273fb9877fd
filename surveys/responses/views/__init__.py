"""The resident's pages: start, answer sheet, invitation, receipt, check.

None of them knows a user, a session or a cookie: whoever holds the address may answer, once per code or form. The
answer sheet is exempt from Django's CSRF cookie because it carries a signed token of its own, good for one
submission, and because no stranger's page could gain anything by posting it: there is no authority to borrow.
"""

from surveys.responses.views.doors import check, enter, home
from surveys.responses.views.lane import ResidentLane
from surveys.responses.views.sheets import invitation, survey

__all__ = ["ResidentLane", "check", "enter", "home", "invitation", "survey"]
