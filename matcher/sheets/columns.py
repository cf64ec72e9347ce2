# ruff: noqa: E501
"""The sheets and columns that are known: names, variants, what is required, what is personal, what to write there."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["volunteers", "requests", "menu", "sites", "teams", "skills", "settings"]


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    field: its name in code. zh, en: its header in templates. variants: other headers, parted by spaces.
    required: the sheet is refused without it. personal: values are masked in messages.
    hint, hint_en: what to write, shown as a comment on the header.
    """

    field: str
    zh: str
    en: str
    variants: str = ""
    hint: str = ""
    hint_en: str = ""
    required: bool = False
    personal: bool = False


SHEETS: dict[Kind, tuple[str, str, str]] = {
    "volunteers": (
        "志愿者",
        "Volunteers",
        "志愿者名单 志愿者名册 志愿者信息 志愿者信息表 志愿者登记表 人员名单 volunteer",
    ),
    "requests": ("需求", "Requests", "需求清单 需求表 需求信息 需求登记表 点单 订单 群众需求 服务需求 request orders"),
    "menu": ("服务菜单", "Menu", "菜单 服务项目 项目菜单 服务清单 menu"),
    "sites": ("站点", "Sites", "阵地 站点名单 站点信息 所站 实践阵地 site"),
    "teams": ("队伍", "Teams", "队伍名单 志愿服务队 志愿服务队伍 队伍信息 team"),
    "skills": ("技能", "Skills", "技能表 技能清单 skill"),
    "settings": ("派单设置", "Settings", "设置 参数 参数设置 setting"),
}
"""Per kind: the sheet's name in Chinese and English, and variants."""

_ID = "可不填；填了就不能重复", "optional; must be unique"
_SITE = "站点名称；不同镇有同名村时写“东镇/河西村”", "name of the site; town/village where two have one name"
_CRS = "WGS84、GCJ02（高德、腾讯）或 BD09（百度）", "WGS84, GCJ02 (Amap, Tencent) or BD09 (Baidu)"
_TIMES = (
    "如 每周三下午；周六 8:00-12:00；多段用分号隔开；不填时用派单设置里的默认可服务时间",
    "for example Sat 8:00-12:00; several parted by semicolons; empty: the default in Settings",
)
_SKILLS = "多项用顿号隔开，可带等级：医疗2级、驾驶", "parted by commas, with level if any: medical(2), driving"
_PEOPLE = (
    "志愿者姓名，多人用顿号隔开；重名时写“姓名（站点）”或“姓名（手机后四位）”",
    "names, with (site) or (last digits of phone)",
)
_YES = "是 或 否", "yes or no"

_POSITION = (
    Column("lon", "经度", "Longitude", "lng lon 东经 x", "可不填，如 115.2543", "optional"),
    Column("lat", "纬度", "Latitude", "lat 北纬 y", "可不填，如 24.1021", "optional"),
    Column("crs", "坐标系", "Coordinates", "坐标类型 坐标系统 crs", *_CRS),
)
_SITES = "站点 所属站 所属站点 所在站点 村社区 所在村社区 所在社区 所属社区 所属村 村 社区 村居 所在村居 village site"
_TOWN = Column(
    "town", "乡镇（街道）", "Town", "乡镇 镇 街道 所在镇 所属镇 所在乡镇 所属乡镇 乡镇街道 所在乡镇街道 town",
    "乡镇（街道）名称，用来区分同名的村", "name of the town, tells villages of one name apart",
)  # fmt: skip
_HOME = (_TOWN, Column("site", "所在村（社区）", "Site", f"所在村 {_SITES}", *_SITE))
_PHONES = "手机 手机号 手机号码 联系电话 电话号码 联系方式 mobile tel"
_MIN_AGE = Column("min_age", "最小年龄", "Min age", "年龄要求 最低年龄", "周岁", "full years")

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "volunteers": (
        Column("id", "编号", "ID", "志愿者编号 工号 人员编号", *_ID),
        Column("name", "姓名", "Name", "志愿者姓名 名字 志愿者 volunteer", "必填", "required", True, True),
        Column(
            "phone", "电话", "Phone", _PHONES,
            "没有编号时用来识别同一个人", "tells people apart where there is no ID", personal=True,
        ),
        *_HOME,
        Column("skills", "技能", "Skills", "特长 服务技能 专长 技能特长 特长技能 技能专长 擅长 skill", *_SKILLS),
        Column("times", "可服务时间", "Times", "服务时间 空闲时间 可参与时间 可用时间 时间 availability available", *_TIMES),
        Column("teams", "队伍", "Teams", "所属队伍 志愿服务队 小队 所在队伍 队 team", "多支用顿号隔开", "parted by commas"),
        Column(
            "qualifications", "资质", "Qualifications", "证书 资质证书 培训 保险 资质保险 qualification",
            "多项用顿号隔开，可带有效期：急救证（至2027年6月30日）", "with last day if any: first aid(2027-06-30)",
        ),
        Column("interests", "服务意向", "Interests", "意向类别 意向 兴趣 服务类别", "类别名称", "names of categories"),
        Column("tags", "标签", "Tags", "特点 语言 方言 tag", "如 会客家话、女", "free words"),
        Column("birth", "出生日期", "Birth date", "生日 出生年月日 birthday", "如 1990-05-01", "1990-05-01", personal=True),
        Column("max_day", "每天最多单数", "Max per day", "每人每天最多单数 每日上限 每天上限 日上限", "整数", "whole number"),
        Column("max_requests", "最多单数", "Max requests", "单数上限 总上限", "整数", "whole number"),
        Column("max_minutes", "最多服务时长", "Max minutes", "最多服务分钟 服务时长上限", "分钟或 3小时", "minutes"),
        Column("max_travel", "最远路程（分钟）", "Max travel minutes", "最远路程 路程上限", "单程分钟", "minutes one way"),
        Column("asked", "近7天派单次数", "Asked in 7 days", "近七天派单次数 近7日派单次数", "整数", "whole number"),
        Column("max_asks", "7天派单上限", "Max asks in 7 days", "七天派单上限 7日派单上限", "整数", "whole number"),
        Column("recent", "近30天服务次数", "Served in 30 days", "近三十天服务次数 近30日服务次数", "整数", "whole number"),
        Column("travel_factor", "路程倍数", "Travel factor", "", "步行等较慢的人写 2、3", "2: twice as slow"),
        Column("acceptance", "接单率", "Acceptance", "", "如 80% 或 0.8", "80% or 0.8"),
        *_POSITION,
    ),
    "requests": (
        Column("id", "编号", "ID", "需求编号 单号 订单号 工单号", *_ID),
        Column("item", "服务项目", "Item", "项目 服务名称 菜单项目 需求项目 服务事项", "服务菜单里的项目", "item of the menu"),
        Column("title", "内容", "Title", "标题 需求内容 需求 服务内容 需求描述 描述 事项", "一句话说明", "a short text"),
        Column("category", "类别", "Category", "服务类别 需求类别 类型 需求类型", "不填则按服务菜单", "empty: the menu's"),
        _TOWN,
        Column("site", "所在村（社区）", "Site", f"所在村 地点 服务地点 {_SITES}", *_SITE),
        Column("address", "地址", "Address", "详细地址 住址 家庭住址", "", "", personal=True),
        Column(
            "contact", "联系人", "Contact", "居民 居民姓名 姓名 服务对象 求助人 申请人 点单人", "", "", personal=True
        ),
        Column("phone", "电话", "Phone", _PHONES, "", "", personal=True),
        Column("date", "日期", "Date", "服务日期 预约日期 上门日期", "如 7月21日；也可写在时间里", "may stand in Time"),
        Column(
            "time", "时间", "Time", "服务时间 期望时间 预约时间 上门时间 需求时间 时段 服务时段",
            "9:00 表示准时开始；8:00-12:00 表示在此期间服务完；不填或写“不限”表示全天都行",
            "9:00: starts then; 8:00-12:00: served in between; empty: any time of the day",
        ),
        Column("start", "开始时间", "Start", "起始时间", "与结束时间一起用，代替时间", "with End, instead of Time"),
        Column("end", "结束时间", "End", "终止时间", "", ""),
        Column("minutes", "时长（分钟）", "Minutes", "时长 服务时长 预计时长 服务分钟", "不填则按服务菜单", "empty: the menu's"),
        Column("count", "人数", "People", "需要人数 所需人数 志愿者人数 需求人数 派单人数", "如 2 或 2至4", "2 or 2~4"),
        Column("min_count", "最少人数", "At least", "最少", "少于此数就不去", "not served with fewer"),
        Column(
            "skill", "技能", "Skill", "所需技能 需要技能 技能要求 岗位 skills",
            "如 医疗；几种人写 医疗1人、引导2人；不填则按服务菜单", "medical, or 医疗1人、引导2人; empty: the menu's",
        ),
        Column("level", "等级", "Level", "技能等级", "整数", "whole number"),
        Column("priority", "优先级", "Priority", "紧急程度 缓急", "应急、紧急、一般、可缓", "emergency, urgent, normal, low"),
        Column("mandatory", "必须", "Mandatory", "必须服务 是否必须", *_YES),
        Column("value", "权重", "Value", "重要性", "同一优先级里的分量，不填为 1", "weight within the priority"),
        Column("qualifications", "资质", "Qualifications", "所需资质 资质要求", "派去的人都要有", "held by all who go"),
        _MIN_AGE,
        Column("tags_required", "必需标签", "Tags required", "", "派去的人都要有", "had by all who go"),
        Column("tags_preferred", "优先标签", "Tags liked", "", "有则更好", "liked"),
        Column("preferred", "指定志愿者", "Preferred", "希望志愿者 点名志愿者", *_PEOPLE, personal=True),
        Column("excluded", "排除志愿者", "Excluded", "回避志愿者 不要志愿者", *_PEOPLE, personal=True),
        Column("familiar", "熟人", "Familiar", "熟悉志愿者 服务过的志愿者", *_PEOPLE, personal=True),
        Column("team", "指定队伍", "Team", "队伍", "只派这支队伍的人", "only its members are sent"),
        Column("one_team", "同一队伍", "One team", "同队 是否同队", *_YES),
        Column("due", "期限", "Due", "最迟完成 截止时间 最晚时间", "如 7月21日 18:00", "2026-07-21 18:00"),
        Column("after", "前置需求", "After", "在此之后 先后", "先要完成的需求的编号", "ID of the request before"),
        Column("beneficiaries", "受益人数", "Beneficiaries", "服务对象人数", "整数", "whole number"),
        Column("series", "定期编号", "Series", "", "定期服务的编号", "ID of a regular visit"),
        Column("end_site", "送达站点", "Destination", "目的地", "陪护等在别处结束时填", "where an escort ends"),
        Column("note", "备注", "Note", "说明 注意事项", "", "", personal=True),
        *_POSITION,
    ),
    "menu": (
        Column(
            "item", "服务项目", "Item", "项目 服务名称 菜单项目 名称 项目名称",
            "必填；需要几种人时，同一项目写几行", "required; one row for each kind of people", True,
        ),
        Column("category", "类别", "Category", "服务类别 类型", "不填则与项目同名", "empty: the item itself"),
        Column("minutes", "时长（分钟）", "Minutes", "时长 服务时长 预计时长", "分钟或 1.5小时", "minutes"),
        Column("skill", "技能", "Skill", "所需技能 需要技能 岗位", "不填表示人人可去", "empty: anybody"),
        Column("count", "人数", "People", "需要人数 所需人数", "不填为 1", "empty: 1"),
        Column("min_count", "最少人数", "At least", "最少", "不填与人数相同", "empty: all of them"),
        Column("level", "等级", "Level", "技能等级", "不填为 1", "empty: 1"),
        Column("qualifications", "资质", "Qualifications", "所需资质 资质要求", "", ""),
        _MIN_AGE,
    ),
    "sites": (
        Column("id", "编号", "ID", "站点编号", *_ID),
        Column("name", "名称", "Name", "站点 站点名称 村社区 阵地名称", "必填", "required", True),
        Column("tier", "层级", "Tier", "级别 等级", "必填，从下拉框选", "required, from the list", True),
        Column("parent", "上级", "Parent", "上级站点 所属乡镇 乡镇 所属", "上一级站点的名称", "name of the site above"),
        Column(
            "past_places", "往期名额", "Past places", "往期需求名额 历史名额 往期需求人次 历史需求人次 累计需求人次",
            "可不填；以往点单一共要多少人次，用来照顾以往满足得少的村（matcher fairness）",
            "optional; how many people were asked for in the past, for fairness between villages",
        ),
        Column(
            "past_filled", "往期满足名额", "Past filled", "往期已满足名额 历史满足名额 往期服务人次 历史服务人次 累计服务人次",
            "可不填；其中派到了多少人次", "optional; how many of them came",
        ),
        *_POSITION,
    ),
    "teams": (
        Column("id", "编号", "ID", "队伍编号", *_ID),
        Column("name", "名称", "Name", "队伍 队伍名称 队名", "必填", "required", True),
        Column("kind", "类型", "Kind", "队伍类型 级别", "总队、分队或小队", "head, speciality or local"),
        *_HOME,
        Column("skills", "技能", "Skills", "特长 服务内容", "", ""),
        Column("leader", "队长", "Leader", "负责人 队长姓名", "", "", personal=True),
        Column("phone", "电话", "Phone", "队长电话 联系电话 手机 手机号 联系方式", "", "", personal=True),
    ),
    "skills": (
        Column("name", "名称", "Name", "技能 技能名称", "必填；填了本表，别处写错的技能会报错", "required", True),
        Column("note", "说明", "Note", "备注", "", ""),
    ),
    "settings": (
        Column("key", "设置项", "Setting", "项目 参数 名称", "不要改动", "leave as it is", True),
        Column("value", "值", "Value", "设置值 取值 内容", "不填用默认", "empty: the default", True),
        Column("note", "说明", "Note", "备注", "", ""),
    ),
}  # fmt: skip
"""Per kind: its columns in the order of the template."""
