"""Whom somebody works for, when two people of two organisations are needed and none of those who are rated.

Organisations are compared by their letters and digits, and one that contains the other is the same: when in doubt, two
are one. Somebody who is bent on it finds a spelling that passes, so the names are kept with what was decided.
"""

import unicodedata
from collections.abc import Iterable

from surveys.people import formerly
from surveys.people.access import root_department
from surveys.people.models import Department

SHORTEST_CODE = 4  # of a department, to be looked for inside a name: "it" is in "university"
SHORTEST_HAN = 3  # of a name whose signs may stand apart: that of the parks office is in its long name
# Letters and digits that are drawn as Latin letters, as small letters; those that look alike are one.
LOOKALIKES = str.maketrans(
    "\u0430\u0432\u0435\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0455\u0442\u0443\u0445"
    "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u049b\u051b\u051d\u0501\u04bb\u04af\u04b1\u04cf\u0475\u0493\u04a3\u04b3\u0261\u0131\u0142\u00f8\u0111l0134578",
    "abeijkmhopcstyxabezhikmnoptyxkqwdhyyivfhxgiiodioieastb",
)
# Signs of names of departments and places that are written otherwise in Hong Kong, Macao and Taiwan.
TRADITIONAL = str.maketrans(
    "園綠區國際務會計劃發業產農機關電車輛運輸鐵軌橋樑員勞動險障衛療醫藥環護邊視聞書館圖學課縣鄉鎮門處辦廳統審監"
    "檢驗質標準權財稅貿經濟開設築規資訊雲數據廣場體育樂戲劇傳媒報飲廢氣氣測應災難緊債賬單應營選舉僑臺灣島鳥獸漁"
    "畝礦煤熱燈電網線絡號碼導遊禮賓館義務長東華龍馬陽陰陸隊屬總聯協團黨紀組織執導頭項題顧問號創獎勵補貼養齡殘婦"
    "兒童孫歲嬰時節風險調節劑獨立與專門類種維修繕潔淨滅蟲傷亡戰軍備將領訪談勸談話語說請託證書訟訴獄緝盜賊偵察訓練",
    "园绿区国际务会计划发业产农机关电车辆运输铁轨桥梁员劳动险障卫疗医药环护边视闻书馆图学课县乡镇门处办厅统审监"
    "检验质标准权财税贸经济开设筑规资讯云数据广场体育乐戏剧传媒报饮废气气测应灾难紧债账单应营选举侨台湾岛鸟兽渔"
    "亩矿煤热灯电网线络号码导游礼宾馆义务长东华龙马阳阴陆队属总联协团党纪组织执导头项题顾问号创奖励补贴养龄残妇"
    "儿童孙岁婴时节风险调节剂独立与专门类种维修缮洁净灭虫伤亡战军备将领访谈劝谈话语说请托证书讼诉狱缉盗贼侦察训练",
)


def is_named(organisation: str) -> bool:
    """Say whether a name says anything."""
    return bool(_plain(organisation))


def are_one(one: str, other: str) -> bool:
    """Say whether two names may mean the same organisation: one contains the other, by letters and digits.

    A Chinese name may stand in a longer one with other signs between.
    """
    first, second = sorted((_plain(one), _plain(other)), key=len)
    return bool(first) and (first in second or (_is_han(first) and _is_spread(first, second)))


def is_of(organisation: str, departments: Iterable[Department]) -> bool:
    """Say whether an organisation is one of these departments, a part of one or a house around it; one query.

    By every name that they have or had: a house that was renamed is still the same. Of the root only the very name
    counts, since all offices of a city bear it.
    """
    known = {one.pk: one for one in departments}
    for pk, names in formerly.names_ever(known.values()).items():
        if known[pk].parent_id is None:
            if any(_plain(organisation) == _plain(name) for name in names):
                return True
        elif any(are_one(organisation, name) for name in names) or _has_code(organisation, known[pk].code):
            return True
    return False


def line_of(departments: Iterable[Department]) -> set[int]:
    """Return the ids of departments and of all that stand or stood above and below them, the root among them."""
    above = formerly.parents_ever()
    below: dict[int, set[int]] = {}
    for pk, parents in above.items():
        for parent in parents:
            below.setdefault(parent, set()).add(pk)
    own = [one.pk for one in departments]
    line = {root_department().pk, *own}
    for links in (above, below):
        waiting = list(own)
        for pk in waiting:  # grows while we walk
            waiting.extend(links.get(pk, set()) - set(waiting))
        line.update(waiting)
    return line


def _has_code(organisation: str, of_department: str) -> bool:
    code, words = _plain(of_department), _plain(organisation)
    return code == words or (len(code) >= SHORTEST_CODE and code in words)


def _plain(words: str) -> str:
    """Return the letters and digits of a name as one way of writing it: without capitals, accents and lookalikes."""
    apart = unicodedata.normalize("NFKD", words).casefold()
    folded = "".join(sign for sign in apart if sign.isalnum())
    return folded.translate(LOOKALIKES).translate(TRADITIONAL)


def _is_han(name: str) -> bool:
    return len(name) >= SHORTEST_HAN and all("\u4e00" <= sign <= "\u9fff" for sign in name)


def _is_spread(name: str, longer: str) -> bool:
    """Say whether all signs of a name stand in a longer one in their order."""
    signs = iter(longer)
    return all(sign in signs for sign in name)
