"""Education: schools, places for children of migrant workers, cost, fairness."""

from surveys.questionnaires.packs.building import (
    about_you,
    dimension,
    first_of,
    includes,
    is_yes,
    one_of,
    open_words,
    pack,
    page,
    rating,
    several_of,
    yes_or_no,
)

_AT_SCHOOL = includes("children", 1, 2, 3, 4, 5, 6)

EDUCATION = pack(
    "education",
    title=("教育工作群众满意度调查", "Residents’ survey on education"),
    measures=(
        "学校质量、入学机会（含随迁子女）、教育费用和教育公平。",
        "Quality of schools, access to them (children of migrant workers included), cost, and fairness.",
    ),
    introduction=(
        "请您评价本地的教育工作。约五分钟，不记名，任何一题都可以选“不了解”。",
        "Please rate education here. It takes about five minutes and no name; you may always choose “don’t know”.",
    ),
    dimensions=[
        dimension("quality", "0.3", "教育质量", "Quality"),
        dimension("access", "0.3", "入学机会", "Access"),
        dimension("cost", "0.2", "教育费用", "Cost"),
        dimension("fairness", "0.2", "教育公平", "Fairness"),
    ],
    questions=[
        page("household", "您的家庭", "Your household"),
        several_of(
            "children",
            "您家中有孩子正在上",
            "Children of your household now attend",
            ("幼儿园", "Kindergarten"),
            ("小学", "Primary school"),
            ("初中", "Junior secondary school"),
            ("普通高中", "Senior secondary school"),
            ("职业学校", "Vocational school"),
            other=("其他学校", "Another school"),
            none_of_them=("没有在学的孩子", "No child attends a school"),
        ),
        yes_or_no(
            "migrant", "其中是否有孩子的户籍在外地？", "Is any of them registered elsewhere?", show=_AT_SCHOOL
        ),
        page("overall", "总体评价", "Overall"),
        rating(
            "education",
            "总的来说，您对本地的教育工作满意吗？",
            "Overall, how satisfied are you with education here?",
            headline=True,
        ),
        page("school", "学校", "Schools"),
        rating(
            "teaching",
            "您对学校的教学水平满意吗？",
            "How satisfied are you with the teaching at school?",
            counts_for="quality",
        ),
        rating(
            "teachers",
            "您对教师的工作态度满意吗？",
            "How satisfied are you with the attitude of teachers?",
            counts_for="quality",
        ),
        rating(
            "safety",
            "您对校园安全满意吗？",
            "How satisfied are you with safety at school?",
            counts_for="quality",
        ),
        rating(
            "workload",
            "您对学生课业负担的安排满意吗？",
            "How satisfied are you with the amount of schoolwork?",
            counts_for="quality",
            show=_AT_SCHOOL,
        ),
        page("places", "入学机会", "Access to schools"),
        rating(
            "nearby",
            "您对入学的路程满意吗？",
            "How satisfied are you with the way to school?",
            counts_for="access",
        ),
        rating(
            "kindergarten",
            "您对幼儿园学位的供给满意吗？",
            "How satisfied are you with the number of kindergarten places?",
            counts_for="access",
        ),
        rating(
            "enrolment",
            "您对入学办理手续满意吗？",
            "How satisfied are you with the enrolment procedure?",
            counts_for="access",
            show=_AT_SCHOOL,
        ),
        rating(
            "migrant_places",
            "您对随迁子女进入公办学校的机会满意吗？",
            "How satisfied are you with the chance of children registered elsewhere to enter a public school?",
            counts_for="access",
            show=is_yes("migrant"),
        ),
        rating(
            "migrant_exams",
            "您对随迁子女在本地参加升学考试的安排满意吗？",
            "How satisfied are you with the rules for such children to sit entrance examinations here?",
            counts_for="access",
            show=is_yes("migrant"),
        ),
        page("cost_page", "费用", "Cost"),
        rating(
            "fees",
            "您对学校收费的规范程度满意吗？",
            "How satisfied are you with how schools keep to the rules on fees?",
            counts_for="cost",
        ),
        rating(
            "burden",
            "您对家庭负担的教育费用水平满意吗？",
            "How satisfied are you with what education costs your household?",
            counts_for="cost",
        ),
        rating(
            "aid",
            "您对困难学生的资助政策满意吗？",
            "How satisfied are you with the aid for pupils in need?",
            counts_for="cost",
        ),
        page("fairness_page", "公平", "Fairness"),
        rating(
            "between_schools",
            "您对学校之间办学条件的均衡程度满意吗？",
            "How satisfied are you with how evenly schools are equipped?",
            counts_for="fairness",
        ),
        rating(
            "town_country",
            "您对农村学校的办学条件满意吗？",
            "How satisfied are you with how schools in the countryside are equipped?",
            counts_for="fairness",
        ),
        rating(
            "admission",
            "您对招生录取的公开程度满意吗？",
            "How satisfied are you with how openly admissions are decided?",
            counts_for="fairness",
        ),
        page("needs", "最需要改进的", "What to improve first"),
        first_of(
            ("教学质量", "Teaching"),
            ("学位供给", "Number of places"),
            ("教育费用", "Cost"),
            ("校际均衡", "Evenness between schools"),
            ("课业负担", "Amount of schoolwork"),
            ("校园安全", "Safety"),
            ("随迁子女入学", "Places for children registered elsewhere"),
            zh="您认为本地教育最需要改进的是（最多选三项）",
            en="What should be improved first? (up to three)",
        ),
        one_of(
            "change",
            "与一年前相比，本地的教育工作",
            "Compared with a year ago, education here is",
            ("变好了", "Better"),
            ("差不多", "About the same"),
            ("变差了", "Worse"),
        ),
        open_words(
            "words", "对本地教育工作，您还想说什么？", "What else would you like to say about education here?"
        ),
        *about_you(),
    ],
)
