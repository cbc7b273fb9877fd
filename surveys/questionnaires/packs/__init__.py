"""Ready questionnaires, seen whole: to add one, write it in a file here and add one line below.

Each can be published as it is, in Chinese and in English, and is meant to be changed. Beginning with one makes a copy.
"""

from surveys.questionnaires.packs.annual import ANNUAL
from surveys.questionnaires.packs.building import Pack
from surveys.questionnaires.packs.education import EDUCATION
from surveys.questionnaires.packs.employment import EMPLOYMENT
from surveys.questionnaires.packs.health import HEALTH
from surveys.questionnaires.packs.housing import HOUSING
from surveys.questionnaires.packs.security import SECURITY
from surveys.questionnaires.packs.visits import A11, ONE_CASE, ONE_VISIT

PACKS: tuple[Pack, ...] = (ANNUAL, EDUCATION, EMPLOYMENT, HEALTH, SECURITY, HOUSING, ONE_VISIT, ONE_CASE, A11)

_BY_CODE = {pack.code: pack for pack in PACKS}

__all__ = ["PACKS", "Pack", "pack"]


def pack(code: str) -> Pack:
    """Return the pack called `code`; raises `LookupError`."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise LookupError(f"There is no pack “{code}”; known are: {', '.join(_BY_CODE)}.") from None
