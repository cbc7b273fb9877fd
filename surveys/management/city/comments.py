"""What residents of an invented city write when asked what could be done better: of any department, and of one."""

from itertools import chain

OF_ANY = (
    "窗口少，排队时间长，建议中午也有人值班。",
    "网上办事页面太复杂，老人不会用，希望有人帮忙。",
    "态度比以前好多了，办得也快，继续保持。",
    "打电话经常没人接，能不能把时间公布清楚？",
    "同一份材料交了三次，几个部门之间应该共享。",
    "反映的问题有人回复，但是一直没有解决。",
    "希望把办理进度发到手机上，不用一趟趟跑。",
    "周末不上班，我们打工的请假办事要扣工资。",
    "工作人员很耐心，把政策讲得明明白白，谢谢。",
    "收费项目应该贴在墙上，让人一看就明白。",
    "建议多到乡镇来，县城太远。",
    "办得很顺利，一次就办好了。",
    "希望外地户口也能一样办理。",
    "回复都是套话，没有说到点子上。",
    "希望能听听我们居民的意见再做决定。",
    "总体不错，就是表格太多。",
    "政策好，落到实处的少。",
    "叫号系统经常坏，现场没人管秩序。",
    "线上预约很方便，希望多开放一些号。",
    "Please offer the forms in English too.",
    "The staff were kind, but I had to come back twice.",
)
# by department: nobody writes to the health office of lamps in a park
OF_ONE = {
    "police": ("停车难，早晚高峰路口没有人管。",),
    "education": ("孩子入学的条件每年都变，早点公布就好了。",),
    "medical-insurance": ("看病报销比例看不懂，希望说得简单一点。",),
    "housing": ("租房的人办事不方便，总要房东出面。",),
    "urban-management": (
        "公园里的灯坏了很久，晚上不敢走。",
        "残疾人通道被占了，请管一管。",
        "垃圾清运时间能不能早一点，味道大。",
    ),
    "transport": ("小区门口的路修了半年还没修好。", "公交车间隔太长，下雨天等四十分钟。"),
    "environment": ("晚上施工噪音大，投诉后好了几天又开始。",),
    "water": ("水压不稳，停水通知来得太晚。",),
}
COMMENTS = (*OF_ANY, *chain.from_iterable(OF_ONE.values()))


def comment_on(department: str, number: int) -> str:
    """Return the comment with this number, counted round and round, of those that fit the department with this code."""
    fitting = (*OF_ANY, *OF_ONE.get(department, ()))
    return fitting[number % len(fitting)]
