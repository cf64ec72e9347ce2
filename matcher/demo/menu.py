"""The service menu of the demo county: what residents can ask for, and whom each item needs.

The kinds and their shares follow the work of a county centre: most requests are one-off visits and
regular visits (结对帮扶), about one in eight is an activity with a mixed group at a set hour, few
are urgent calls, some are small wishes (微心愿) that anybody can fulfil.
"""

from dataclasses import dataclass, field

from matcher.policy import Priority

SKILLS = {
    "medic": "医护",
    "first_aid": "急救",
    "counsel": "心理疏导",
    "tutor": "课业辅导",
    "science": "科普讲解",
    "farming": "农技指导",
    "law": "法律咨询",
    "policy": "政策宣讲",
    "show": "文艺演出",
    "sound": "音响摄影",
    "barber": "理发",
    "electric": "家电维修",
    "plumber": "水电维修",
    "care": "助老照护",
    "rescue": "应急救援",
    "sport": "体育指导",
}

INSURANCE = "志愿者意外伤害保险"
CHILD_TRAINING = "未成年人服务培训"
MEDICAL_LICENCE = "医护执业证书"
RESCUE_TRAINING = "应急救援培训"
HAS_CAR = "有车"
HAKKA = "客家话"
FEMALE = "女"


@dataclass(frozen=True)
class Post:
    """One role of an item; `least` is the headcount it cannot do without (0: all of `count`)."""

    id: str
    skill: str | None = None
    level: int = 1
    count: int = 1
    least: int = 0
    minutes: int | None = None
    lag: tuple[int, int] | None = None


@dataclass(frozen=True)
class Item:
    """An item of the menu.

    share: weight among the items of its kind.
    starts: hours at which a time window opens; one of them is drawn, with `any_start` all are offered.
    width: minutes of the time window; 0 is a fixed start. due: whether it is late in the window's second half.
    setup: whether it may need a crew beforehand. one_team: people of one team; by_town: or just the town's team.
    to_hospital: whether it ends at a hospital, in the town or at the county seat.
    """

    id: str
    name: str
    share: float
    minutes: int
    posts: tuple[Post, ...]
    starts: tuple[float, ...]
    any_start: bool = False
    width: int = 0
    priority: Priority = "normal"
    value: float = 1
    due: bool = False
    qualifications: tuple[str, ...] = ()
    min_age: int | None = None
    tags_required: tuple[str, ...] = ()
    tags_preferred: tuple[str, ...] = ()
    setup: bool = False
    one_team: bool = False
    by_town: bool = False
    to_hospital: bool = False
    beneficiaries: int = 1


@dataclass(frozen=True)
class Kind:
    """A kind of request and its share in all requests."""

    share: float
    items: tuple[Item, ...] = field(repr=False)


ANYBODY = (Post("志愿者"),)
PAIR = (Post("志愿者", count=2, least=1),)
MORNING = (8.5, 9.0, 9.5, 10.0)
DAY = (8.5, 9.0, 9.5, 10.0, 14.5, 15.0, 15.5, 16.0)
ACTIVITY = (9.5, 10.0, 15.5)
EVENING = (19.0, 19.5)

VISITS = Kind(
    0.44,
    (
        Item("appliance", "家电维修", 5, 60, (Post("维修", "electric"),), DAY, width=120, due=True),
        Item(
            "plumbing",
            "水电维修",
            4,
            60,
            (Post("维修", "plumber"),),
            DAY,
            width=120,
            due=True,
            qualifications=(INSURANCE,),
        ),
        Item("haircut", "上门理发", 5, 45, (Post("理发", "barber"),), DAY, width=120, tags_preferred=(HAKKA,)),
        Item(
            "escort",
            "陪同就医",
            4,
            150,
            ANYBODY,
            MORNING,
            priority="urgent",
            min_age=18,
            tags_required=(HAS_CAR,),
            tags_preferred=(HAKKA,),
            to_hospital=True,
        ),
        Item("counsel", "心理疏导", 3, 60, (Post("疏导", "counsel", 2),), DAY + EVENING, width=60),
        Item("law", "法律咨询", 2, 60, (Post("咨询", "law"),), DAY, width=90),
        Item("farming", "农技指导", 3, 120, (Post("农技员", "farming", 2),), MORNING, width=60),
        Item("errand", "代买代办", 4, 40, ANYBODY, DAY, width=180, priority="low"),
        Item("tutor", "上门辅导", 4, 90, (Post("辅导", "tutor"),), DAY + EVENING, qualifications=(CHILD_TRAINING,)),
        Item("cleaning", "家庭保洁", 3, 90, PAIR, DAY, width=120),
    ),
)

REGULAR = Kind(
    0.24,
    (
        Item("elder", "独居老人探访", 6, 45, ANYBODY, DAY, width=120, tags_preferred=(HAKKA,)),
        Item(
            "child",
            "留守儿童陪伴",
            3,
            60,
            ANYBODY,
            DAY,
            width=60,
            min_age=18,
            qualifications=(CHILD_TRAINING,),
            tags_preferred=(FEMALE,),
        ),
        Item(
            "bath",
            "失能老人助浴",
            2,
            60,
            (Post("照护", "care", 2), Post("助手", "care")),
            DAY,
            width=60,
            qualifications=(INSURANCE,),
        ),
        Item(
            "pressure",
            "慢病随访",
            2,
            30,
            (Post("医护", "medic"),),
            MORNING,
            width=60,
            qualifications=(MEDICAL_LICENCE,),
        ),
    ),
)

ACTIVITIES = Kind(
    0.12,
    (
        Item(
            "clinic",
            "义诊",
            3,
            150,
            (Post("医生", "medic", 3, 2, 1), Post("护理", "medic", 1, 2, 1), Post("引导", count=3, least=1)),
            ACTIVITY,
            value=3,
            setup=True,
            beneficiaries=80,
        ),
        Item(
            "show",
            "文艺演出",
            3,
            90,
            (
                Post("演员", "show", 1, 6, 4),
                Post("音响", "sound"),
                Post("秩序", count=4, least=2),
                Post("收场", count=3, least=1, minutes=30, lag=(90, 105)),
            ),
            (15.5, 19.0),
            value=3,
            setup=True,
            beneficiaries=200,
        ),
        Item(
            "talk",
            "政策宣讲",
            3,
            60,
            (Post("宣讲", "policy", 2), Post("组织", count=2, least=1)),
            (*ACTIVITY, 19.5),
            value=2,
            beneficiaries=50,
        ),
        Item(
            "drill",
            "防汛演练",
            2,
            120,
            (Post("救援", "rescue", 1, 4, 3), Post("急救", "first_aid"), Post("群众引导", count=5, least=2)),
            ACTIVITY,
            value=3,
            min_age=18,
            qualifications=(INSURANCE,),
            beneficiaries=100,
        ),
        Item(
            "training",
            "农技培训",
            2,
            120,
            (Post("讲师", "farming", 3), Post("助教", "farming", 1, 2, 1)),
            ACTIVITY,
            value=2,
            setup=True,
            beneficiaries=40,
        ),
        Item(
            "tidy",
            "环境整治",
            3,
            120,
            (Post("志愿者", count=6, least=3),),
            (8.5, 16.0),
            one_team=True,
            by_town=True,
            beneficiaries=300,
        ),
        Item(
            "school",
            "暑期课堂",
            3,
            120,
            (Post("辅导", "tutor", 1, 2, 1), Post("科普", "science"), Post("看护")),
            ACTIVITY,
            value=2,
            qualifications=(CHILD_TRAINING,),
            beneficiaries=25,
        ),
        Item(
            "match",
            "全民健身",
            1,
            120,
            (Post("裁判", "sport", 2, 2), Post("服务", count=3, least=2)),
            (16.0, 19.0),
            beneficiaries=60,
        ),
    ),
)

URGENT = Kind(
    0.07,
    (
        Item(
            "alarm",
            "一键求助上门",
            4,
            30,
            (Post("急救", "first_aid"),),
            (8.5, 10.0, 11.0, 15.0, 16.5, 19.5),
            width=30,
            priority="emergency",
            min_age=18,
        ),
        Item(
            "evacuate",
            "汛期转移群众",
            2,
            120,
            (Post("救援", "rescue", 1, 3, 2), Post("搬运", count=3, least=1)),
            (9.0, 14.5),
            width=30,
            priority="emergency",
            min_age=18,
            qualifications=(INSURANCE,),
        ),
        Item(
            "medicine", "紧急送药", 3, 40, ANYBODY, DAY, width=45, priority="urgent", due=True, tags_required=(HAS_CAR,)
        ),
        Item("water", "停水送水", 2, 60, PAIR, DAY, width=60, priority="urgent", due=True),
    ),
)

WISHES = Kind(
    0.13,
    (Item("wish", "微心愿", 1, 30, ANYBODY, (8.5, 14.5), any_start=True, width=180, priority="low"),),
)

SETUP = Item("setup", "设备布置", 0, 60, (Post("布置", count=2, least=1),), ())
"""Comes before an activity that needs it; not drawn by itself."""

KINDS = {"visit": VISITS, "regular": REGULAR, "activity": ACTIVITIES, "urgent": URGENT, "wish": WISHES}
