"""Emergencies of police, fire and medicine: they are shown whom to call, and never wait for volunteers."""

from matcher.base import Frozen

WORDS: dict[str, tuple[str, ...]] = {
    "110": ("报警", "抢劫", "行凶", "持刀", "入室盗窃", "家暴", "绑架"),
    "119": ("着火", "起火", "失火", "煤气泄漏", "燃气泄漏", "被困电梯", "溺水"),
    "120": ("昏迷", "心梗", "心脏骤停", "没有呼吸", "呼吸困难", "大出血", "中风", "急性中毒"),
}
"""Words of an emergency by the number to call."""
TEACHING = ("宣传", "培训", "演练", "讲座", "预防", "科普", "课程")
"""Words of lessons and drills about emergencies, which volunteers do give."""
SERVICES = {"110": ("警情", "police"), "119": ("火情或抢险", "fire or rescue"), "120": ("医疗急救", "an ambulance")}


class Notice(Frozen):
    """Whom to call at once."""

    call: str
    """Number to call: 110, 119 or 120."""
    zh: str
    """What is shown, in Chinese."""
    en: str
    """What is shown, in English."""


def notices(text: str) -> tuple[Notice, ...]:
    """Whom a text calls for; empty for one of a lesson or drill."""
    if any(word in text for word in TEACHING):
        return ()
    return tuple(_notice(number) for number, words in WORDS.items() if any(word in text for word in words))


def _notice(number: str) -> Notice:
    zh, en = SERVICES[number]
    return Notice(
        call=number,
        zh=f"如遇{zh}，请立即拨打 {number}，不要等待志愿者",
        en=f"call {number} at once for {en}, do not wait for volunteers",
    )
