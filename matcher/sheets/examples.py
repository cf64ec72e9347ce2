# ruff: noqa: E501
"""The rows that templates show, per language, kind and column."""

from matcher.sheets.columns import Kind

Example = dict[str, str]

ZH: dict[Kind, list[Example]] = {
    "volunteers": [
        {"name": "志愿者甲", "site": "示例镇/示例一村", "skills": "医疗2级、驾驶", "times": "工作日 8:00-17:30", "teams": "示例医疗分队", "qualifications": "意外险（至2030年12月31日）", "max_day": "2"},
        {"name": "志愿者乙", "site": "示例二村", "skills": "理发", "times": "每周三下午；周六 8:00-12:00", "teams": "示例镇小队", "tags": "会客家话"},
        {"name": "志愿者丙", "site": "示例二村", "skills": "引导、维修", "times": "全天", "birth": "1990-05-01"},
        {"name": "志愿者丁", "site": "示例一村", "skills": "引导"},
    ],
    "requests": [
        {"item": "入户量血压", "site": "示例一村", "time": "上午", "priority": "一般", "contact": "居民甲", "note": "请先打电话"},
        {"item": "上门理发", "site": "示例二村", "time": "14:00-17:00", "priority": "可缓", "familiar": "志愿者乙"},
        {"item": "义诊活动", "site": "示例一村", "time": "9:00", "priority": "紧急", "mandatory": "否"},
        {"item": "家电维修", "site": "示例二村", "time": "尽快", "minutes": "45", "priority": "一般"},
    ],
    "menu": [
        {"item": "入户量血压", "category": "健康", "minutes": "30", "skill": "医疗", "count": "1"},
        {"item": "上门理发", "category": "生活照料", "minutes": "40", "skill": "理发", "count": "1"},
        {"item": "义诊活动", "category": "健康", "minutes": "120", "skill": "医疗", "count": "1", "level": "2"},
        {"item": "义诊活动", "skill": "引导", "count": "2", "min_count": "1"},
        {"item": "家电维修", "category": "生活照料", "minutes": "60", "skill": "维修", "count": "1"},
    ],
    "sites": [
        {"name": "示例县中心", "tier": "县（区）"},
        {"name": "示例镇", "tier": "乡镇（街道）", "parent": "示例县中心"},
        {"name": "示例一村", "tier": "村（社区）", "parent": "示例镇", "past_places": "20", "past_filled": "18"},
        {"name": "示例二村", "tier": "村（社区）", "parent": "示例镇", "past_places": "12", "past_filled": "5"},
    ],
    "teams": [
        {"name": "示例医疗分队", "kind": "分队", "site": "示例县中心", "skills": "医疗", "leader": "志愿者甲"},
        {"name": "示例镇小队", "kind": "小队", "site": "示例镇", "leader": "志愿者乙"},
    ],
    "skills": [{"name": "医疗"}, {"name": "理发"}, {"name": "引导"}, {"name": "维修"}, {"name": "驾驶"}],
}  # fmt: skip
EN: dict[Kind, list[Example]] = {
    "volunteers": [
        {"name": "Volunteer 1", "site": "Village 1", "skills": "medical(2), driving", "times": "Mon-Fri 8:00-17:30"},
        {"name": "Volunteer 2", "site": "Village 2", "skills": "haircut", "times": "Sat 8:00-12:00; Wed afternoon"},
        {"name": "Volunteer 3", "site": "Village 2", "skills": "guide", "times": "all day", "birth": "1990-05-01"},
    ],
    "requests": [
        {"item": "Blood pressure", "site": "Village 1", "time": "morning", "priority": "normal"},
        {"item": "Haircut at home", "site": "Village 2", "time": "14:00-17:00", "priority": "low"},
        {"item": "Free clinic", "site": "Village 1", "time": "9:00", "priority": "urgent"},
    ],
    "menu": [
        {"item": "Blood pressure", "category": "health", "minutes": "30", "skill": "medical", "count": "1"},
        {"item": "Haircut at home", "category": "care", "minutes": "40", "skill": "haircut", "count": "1"},
        {"item": "Free clinic", "category": "health", "minutes": "120", "skill": "medical", "count": "1", "level": "2"},
        {"item": "Free clinic", "skill": "guide", "count": "2", "min_count": "1"},
    ],
    "sites": [
        {"name": "County centre", "tier": "county"},
        {"name": "Town", "tier": "town", "parent": "County centre"},
        {"name": "Village 1", "tier": "village", "parent": "Town", "past_places": "20", "past_filled": "18"},
        {"name": "Village 2", "tier": "village", "parent": "Town", "past_places": "12", "past_filled": "5"},
    ],
    "teams": [{"name": "Medical team", "kind": "speciality", "site": "County centre", "skills": "medical"}],
    "skills": [{"name": "medical"}, {"name": "haircut"}, {"name": "guide"}, {"name": "driving"}],
}  # fmt: skip
