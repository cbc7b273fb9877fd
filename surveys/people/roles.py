"""Who may do what, in one table.

Rights hang on roles, never on single people. Objects a person may see come from the `access` module of each
room; this page only says which deeds a role may try at all. What no row allows, nobody may do:
no role may read a score before its release, and none may see who said what.
"""

from enum import StrEnum

from surveys.people.models import Role, User


class Deed(StrEnum):
    """A thing that can be done by staff."""

    DESIGN = "design questionnaires"
    READ_QUESTIONNAIRES = "read drafts and editions of questionnaires in the office"
    REMARK = "comment on drafts of questionnaires"
    APPROVE_EDITIONS = "approve drafts of others, so that they can be published"
    PUBLISH_EDITIONS = "publish editions of questionnaires"
    FIELD = "plan, open and close waves"
    IMPORT = "import past waves"
    SEE_FIELDWORK = "see coverage and quality of a wave, never its values"
    REVIEW = "review an evaluation before its release"
    READ_SCORECARDS = "read released scorecards in the office"
    MANAGE_PEOPLE = "manage users, departments, places and service points"
    READ_AUDIT = "read the audit trail"
    ASSIST = "fill in forms together with residents"
    ENTER_PAPER = "type in what residents answered on paper"
    EXCLUDE = "propose that a rating is excluded, and decide on the proposals of others"
    TAKE_DOWN = "propose that a publication is taken down, and agree with the proposals of others"


MAY: dict[Deed, frozenset[Role]] = {
    Deed.DESIGN: frozenset({Role.ADMIN, Role.DESIGNER}),
    Deed.READ_QUESTIONNAIRES: frozenset({Role.ADMIN, Role.DESIGNER, Role.REVIEWER, Role.AUDITOR}),
    Deed.REMARK: frozenset({Role.ADMIN, Role.DESIGNER, Role.REVIEWER}),
    Deed.APPROVE_EDITIONS: frozenset({Role.ADMIN, Role.REVIEWER}),
    Deed.PUBLISH_EDITIONS: frozenset({Role.ADMIN, Role.DESIGNER, Role.REVIEWER}),
    Deed.FIELD: frozenset({Role.ADMIN, Role.DESIGNER}),
    Deed.IMPORT: frozenset({Role.ADMIN}),
    Deed.SEE_FIELDWORK: frozenset({Role.ADMIN, Role.DESIGNER, Role.REVIEWER, Role.AUDITOR}),
    Deed.REVIEW: frozenset({Role.REVIEWER}),
    Deed.READ_SCORECARDS: frozenset(Role) - {Role.INTERVIEWER},
    Deed.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Deed.READ_AUDIT: frozenset({Role.ADMIN, Role.AUDITOR}),
    Deed.ASSIST: frozenset({Role.ADMIN, Role.INTERVIEWER}),
    Deed.ENTER_PAPER: frozenset({Role.ADMIN, Role.DESIGNER, Role.INTERVIEWER}),
    Deed.EXCLUDE: frozenset({Role.REVIEWER, Role.AUDITOR}),
    Deed.TAKE_DOWN: frozenset({Role.REVIEWER, Role.AUDITOR}),
}


def may(user: User, deed: Deed) -> bool:
    """Say whether `user` may try `deed`; an inactive or role-less user may nothing."""
    return bool(user.is_active and user.role and user.role in MAY[deed])
