"""What translators are sent and send back: XLIFF 2.1 and tables."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.questionnaires.translations import tables, xliff
from surveys.questionnaires.translations.xliff import NAMESPACE, Unit, UnreadableFile

NAMES = {"x": NAMESPACE}
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60
).map(lambda words: f"{words} {{q1}} {{q5.r1}}" if len(words) % 3 == 0 else words)


def one(words: str = "Words", target: str = "", key: str = "title") -> Unit:
    return Unit(key, words, target, "Title")


def written(*units: Unit) -> bytes:
    return xliff.written(units, source="zh-hans", target="ug", name="city")


def test_a_file_says_languages_texts_and_states_as_the_standard_has_it() -> None:
    body = written(one("您好，{q1}！", "ياخشىمۇسىز {q1}"), one("<b> & “q”", key="questions:q1:text"))
    root = ElementTree.fromstring(body)  # noqa: S314 (written here)
    assert root.attrib == {"version": "2.1", "srcLang": "zh-Hans", "trgLang": "ug"}
    assert root.find("x:file", NAMES).get("original") == "city"  # type: ignore[union-attr]
    first, second = root.findall("x:file/x:unit", NAMES)
    assert [unit.get("id") for unit in (first, second)] == ["title", "questions:q1:text"]
    assert [unit.find("x:segment", NAMES).get("state") for unit in (first, second)] == [  # type: ignore[union-attr]
        "translated",
        "initial",
    ]
    held = first.find("x:segment/x:source/x:ph", NAMES)
    assert held is not None
    assert (held.get("equiv"), held.get("dataRef"), held.tail) == ("{q1}", "d1", "！")
    assert first.find("x:originalData/x:data", NAMES).text == "{q1}"  # type: ignore[union-attr]
    assert second.find("x:segment/x:source", NAMES).text == "<b> & “q”"  # type: ignore[union-attr]


@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_what_was_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    units = [one(source, target, f"questions:q{place}:text") for place, (source, target) in enumerate(pairs)]
    read = xliff.read(written(*units))
    assert (read.source, read.target) == ("zh-hans", "ug")
    assert [(unit.key, unit.source, unit.target) for unit in read.units] == [
        (unit.key, unit.source, unit.target) for unit in units
    ]


@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_a_table_that_was_written_is_read_again(pairs: list[tuple[str, str]]) -> None:
    units = [one(source, target, f"questions:q{place}:text") for place, (source, target) in enumerate(pairs)]
    read = tables.read(tables.written(units, source="en", target="ug"))
    assert [(unit.key, unit.source, unit.target) for unit in read.units] == [
        (unit.key, unit.source, unit.target) for unit in units
    ]


def test_what_tools_make_of_a_file_is_understood() -> None:
    body = f"""<?xml version="1.0"?><xliff xmlns="{NAMESPACE}" version="2.0" srcLang="en" trgLang="zh-Hans">
    <file id="f1"><group id="g"><unit id="title"><originalData><data id="x">{{q1}}</data></originalData>
    <segment><source>One <pc id="1">two</pc>.</source>
    <target>一<mrk id="m">二</mrk><ph id="2" dataRef="x"/>。</target></segment>
    <ignorable><source> </source></ignorable>
    <segment state="final"><source>Three.</source><target>三。</target></segment></unit>
    <unit id="half"><segment><source>A</source><target>甲</target></segment><segment><source>B</source></segment></unit>
    </group></file></xliff>""".encode()
    found = {unit.key: unit for unit in xliff.read(body).units}
    assert (found["title"].source, found["title"].target) == ("One two. Three.", "一二{q1}。 三。")
    assert found["half"].target == ""  # half a translation is none


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xliff version="2.1">&b;</xliff>"""
REFUSED = [
    b"",
    b"<",
    b"\xff\xfe",
    b"<xliff/>",
    BOMB,
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    written(one())[:-20],
    written(one()).replace(b'version="2.1"', b'version="1.2"'),
    written(one()).replace(b' trgLang="ug"', b""),
    b"<a>" * 100_000,
    b'<?xml version="1.0" encoding="utf-7"?><x/>',
    b" " * (xliff.LARGEST_FILE + 1),
]


@pytest.mark.parametrize("body", REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_whole_file_is_refused_with_words(body: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        xliff.read(body)
    assert str(refusal.value)


def test_a_cell_never_begins_a_formula_and_comes_back_as_it_was() -> None:
    body = tables.written([one('=HYPERLINK("x")', "-5 °C"), one("'=quoted", "@a")], source="en", target="ug")
    words = body.decode("utf-8-sig")
    assert "\"'=HYPERLINK" in words
    assert ",'-5 °C" in words
    assert [(unit.source, unit.target) for unit in tables.read(body).units] == [
        ('=HYPERLINK("x")', "-5 °C"), ("'=quoted", "@a"),
    ]  # fmt: skip


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_table_from_another_spreadsheet_is_read(separator: str) -> None:
    lines = [["what", "key", "en", "ug"], ["Title", "title", "T", "ت"], ["", "", "", ""], ["x", "short"]]
    body = "\r\n".join(separator.join(line) for line in lines).encode("utf-8-sig")
    assert tables.read(body).units == (Unit("title", "T", "ت"), Unit("short", "", ""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        "题目,中文\n".encode("gbk"),
        b"key,what,en\n",
        b"what,en,ug\n",
        b"key,what,en,ug,fr\n",
        b"key,what,ENGLISH!,ug\n",
        b'key,what,en,ug\n"title,\n',
        b"key,what,en,ug\n" + b"a\n" * 50_001,
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_words(body: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        tables.read(body)
    assert str(refusal.value)
