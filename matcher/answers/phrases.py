"""Everything that answers say, in Chinese and English: one table for all of `matcher.answers`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from matcher.batch import Request
from matcher.privacy import mask_text
from matcher.rules import TERMS

Words = tuple[str, str]
"""Chinese and English."""

PHRASES: dict[str, Words] = {
    # what is tried
    "trial.serving": ("一定要安排时的代价", "the price of serving it all the same"),
    "trial.without": ("不派这名志愿者的方案", "the plan without this volunteer"),
    "trial.pinned": ("一定派这名志愿者的方案，逐个开始时间", "the plan with this volunteer, start by start"),
    "trial.start": ("可否改变开始时间", "whether another start helps"),
    "trial.shift": ("可否延长志愿者的可服务时间", "whether longer shifts help"),
    "trial.max_travel": ("可否让志愿者多走一些路", "whether longer ways help"),
    "trial.count": ("可否减少人数", "whether fewer people would do"),
    "trial.volunteer": ("可否增加志愿者", "whether more volunteers help"),
    "trial.reach": ("可否请上一级支援", "whether an upper tier helps"),
    "trial.pair": ("可否同时改两处", "two changes together"),
    "trial.nearest": ("找改动最少的方案", "the plan that changes least"),
    "trial.fair": ("更公平的方案", "a fairer plan"),
    "trial.load": ("每人（连同近期）最多 {load} 件", "at most {load} requests each, recent ones included"),
    "trial.loads": ("任务多的人再少派一些", "loads below the highest"),
    "trial.backups": ("逐件需求找候补", "backups, request by request"),
    "trial.day": (
        "重新安排：{people} 名志愿者、{requests} 件需求",
        "planning anew: {people} volunteers, {requests} requests",
    ),
    # compare
    "visit.added": ("{request}（{role}）：新增 {after}，{at}", "{request} ({role}): {after} added, {at}"),
    "visit.removed": ("{request}（{role}）：取消 {before}，{was}", "{request} ({role}): {before} taken off, {was}"),
    "visit.moved": (
        "{request}（{role}）：{before} 由 {was} 改为 {at}",
        "{request} ({role}): {before} from {was} to {at}",
    ),
    "visit.replaced": (
        "{request}（{role}）：{was} 的 {before} 换成 {at} 的 {after}",
        "{request} ({role}): {before}, {was}, replaced by {after}, {at}",
    ),
    "compare.same": (
        "两个方案的安排完全相同。",
        "Both plans send the same people to the same places at the same times.",
    ),
    "compare.changed": (
        "{changed} 处安排不同，涉及 {people} 人；{kept} 处相同。",
        "Visits that differ: {changed}, of {people} people; visits alike: {kept}.",
    ),
    "compare.better": (
        "按目标顺序，第{which_zh}个方案更好（第 {tier} 级目标更高）。",
        "Plan {which_en} is better, in tier {tier}.",
    ),
    "compare.equal": ("按目标顺序，两个方案一样好。", "Both plans are equally good in every tier."),
    "compare.unknown": (
        "有方案没有写明得分，无法比较好坏。",
        "A plan states no score, so which is better is not known.",
    ),
    "compare.tier": ("第 {tier} 级目标", "tier {tier}"),
    # recommend
    "recommend.people": (
        "需求 {request} 的空缺名额，最好的 {count} 种派法：",
        "The {count} best ways to fill {request}:",
    ),
    "recommend.people.none": (
        "需求 {request} 没有空缺名额，或现有安排不动时没有人可派；可用 matcher explain 查看原因。",
        "{request} has no empty place, or nobody can be sent with the plan as it is; matcher explain says why.",
    ),
    "recommend.requests": ("适合志愿者 {volunteer} 的 {count} 件需求：", "The {count} best requests for {volunteer}:"),
    "recommend.requests.none": (
        "现有安排不动时，没有志愿者 {volunteer} 能单独承担的需求。",
        "With the plan as it is there is no request that {volunteer} could take alone.",
    ),
    "advice": ("{rank}. 需求 {request}：{who}。变化：{effect}", "{rank}. {request}: {who}. Change: {effect}"),
    "advice.visit": ("{volunteer}（{role}）{at}", "{volunteer} ({role}) at {at}"),
    "advice.none": ("无", "none"),
    # explain
    "state.unserved": (
        "需求 {request} 没有安排，缺 {missing} 人。",
        "{request} is not served, {missing} people are missing.",
    ),
    "state.partly": (
        "需求 {request} 已安排 {filled} 人，还缺 {missing} 人。",
        "{request} has {filled} people, {missing} more are missing.",
    ),
    "state.served": ("需求 {request} 的名额已全部安排。", "Every place of {request} is filled."),
    "taker": (
        "需求 {request}（{priority}）用了其中 {volunteers} 人",
        "{request} ({priority}) has {volunteers} of them",
    ),
    "price.impossible": (
        "不管怎样安排都做不到（已证明；必须服务的需求和已固定的安排不动）。",
        "no plan can, whatever else it leaves out, which is proved (what is mandatory or pinned stays).",
    ),
    "price.unknown": (
        "在限定的时间内没有算出这样的安排，也没有证明做不到。",
        "no such plan was found in the time given, nor a proof that there is none.",
    ),
    "price.costs.proved": (
        "代价（重新求解，已证明最小）：{effect}；{dropped}；共改动 {n} 处安排。",
        "the price, by solving again and proved to be the least: {effect}; {dropped}; visits that change: {n}.",
    ),
    "price.costs.found": (
        "代价（重新求解，未证明最小）：{effect}；{dropped}；共改动 {n} 处安排。",
        "the price, by solving again, not proved to be the least: {effect}; {dropped}; visits that change: {n}.",
    ),
    "price.gains.proved": (
        "可以做到，而且方案不会变差（重新求解，已证明最好）：{effect}；{dropped}；共改动 {n} 处安排。",
        "it can be done and the plan gets no worse, by solving again and proved: {effect}; {dropped}; "
        "visits that change: {n}.",
    ),
    "price.gains.found": (
        "可以做到，而且方案不会变差（重新求解）：{effect}；{dropped}；共改动 {n} 处安排。",
        "it can be done and the plan gets no worse, by solving again: {effect}; {dropped}; visits that change: {n}.",
    ),
    "price.nobody": ("没有需求因此落空", "no request is left out for it"),
    "price.dropped": ("因此落空的需求：{requests_zh}", "left out for it: {requests_en}"),
    "tier": ("{tier} {change:+g}", "{tier} {change:+g}"),
    "tier.other": ("路程等综合得分（第 {tier} 级）", "all else (tier {tier})"),
    # this volunteer, that volunteer
    "volunteer.stopped": (
        "志愿者 {volunteer} 不能服务需求 {request}：{why}。",
        "{volunteer} cannot serve {request}: {why}.",
    ),
    "volunteer.busy": (
        "志愿者 {volunteer} 可以服务需求 {request}，但{why}。若一定要派：{price}",
        "{volunteer} could serve {request}, but {why}. If sent all the same: {price}",
    ),
    "volunteer.free": (
        "志愿者 {volunteer} 有空，也符合需求 {request} 的条件，方案选了别人。若一定要派：{price}",
        "{volunteer} is free and may serve {request}, but others were chosen. If sent all the same: {price}",
    ),
    "volunteer.serves": (
        "方案派志愿者 {volunteer} 服务需求 {request}；其他人中最合适的是 {other}。若不派该志愿者：{price}",
        "{volunteer} is sent to {request}; the best other one is {other}. If {volunteer} is left out: {price}",
    ),
    "volunteer.only": (
        "方案派志愿者 {volunteer} 服务需求 {request}，其他安排不动时没有别人可派。若不派该志愿者：{price}",
        "{volunteer} is sent to {request}, with all else as it is nobody else could be. "
        "If {volunteer} is left out: {price}",
    ),
    "volunteer.parts": (
        "同一个位置上，{volunteer} 与 {other} 相比：{parts}。",
        "In the same place {volunteer} against {other}: {parts}.",
    ),
    "volunteer.part": ("{term} {mine:g} 比 {other:g}{unit_zh}", "{term} {mine:g} to {other:g}{unit_en}"),
    # standby
    "standby.role": (
        "需求 {request}（{role}）：派 {places} 人，全部到位的可能 {alone}%；"
        "加候补 {backups} 人后 {chance}%，平均要问 {asks} 人。",
        "{request} ({role}): {places} sent, all come with a chance of {alone}%; with {backups} backups {chance}%, "
        "asking {asks} people on average.",
    ),
    "standby.nobody": (
        "需求 {request}（{role}）：派 {places} 人，全部到位的可能 {alone}%；没有人可作候补。",
        "{request} ({role}): {places} sent, all come with a chance of {alone}%; nobody is free to back them.",
    ),
    "standby.enough": (
        "需求 {request}（{role}）：派 {places} 人，全部到位的可能 {alone}%；不用候补。",
        "{request} ({role}): {places} sent, all come with a chance of {alone}%; no backup is needed.",
    ),
    "standby.all": (
        "候补 {people} 人，每个岗位全部到位的可能都不低于 {target:g}%。",
        "Backups: {people}; every role is filled with a chance of at least {target:g}%.",
    ),
    "standby.short": (
        "候补 {people} 人；有 {short} 个岗位人手不够，达不到 {target:g}%。",
        "Backups: {people}; for {short} roles there are too few people to reach {target:g}%.",
    ),
    # fairness
    "fair.price": (
        "公平的代价：名额 {places:+d} 个，路程 {minutes:+g} 分钟；改动 {n} 处安排。",
        "The price of fairness: places {places:+d}, travel {minutes:+g} min; visits that change: {n}.",
    ),
    "fair.villages": (
        "满足率最低的村（站点）由 {before:g}% 升到 {after:g}%（含往期）。",
        "The lowest share served of any site goes from {before:g}% to {after:g}%, past batches included.",
    ),
    "fair.villages.same": (
        "满足率最低的村（站点）仍为 {before:g}%（含往期）。",
        "The lowest share served of any site stays {before:g}%, past batches included.",
    ),
    "fair.loads": (
        "近期服务最多的人由 {before} 件（{many} 人）降到 {after} 件（{fewer} 人），覆盖不减少。",
        "The highest load goes from {before} requests ({many} people) to {after} ({fewer}), with no loss of coverage.",
    ),
    "fair.unproved": ("没有在时限内全部证明。", "Not all of it was proved in the time given."),
    # re-dispatch
    "event.declined": ("{volunteer} 婉拒（{request}）", "{volunteer} declined {request}"),
    "event.expired": ("{volunteer} 超时未接（{request}）", "{volunteer} did not answer in time ({request})"),
    "event.no_show": ("{volunteer} 未到岗（{request}）", "{volunteer} did not come to {request}"),
    "event.sick": ("{volunteer} 生病，不能再服务", "{volunteer} is sick and falls out"),
    "event.late": ("{volunteer} 晚到 {minutes} 分钟（{request}）", "{volunteer} comes {minutes} min late to {request}"),
    "event.finished": ("{request} 比计划结束得晚（{volunteer}）", "{request} ended later than planned ({volunteer})"),
    "event.new_request": ("新需求 {request}", "{request} is new"),
    "event.withdrawn": ("需求 {request} 已撤单", "{request} was withdrawn"),
    "event.road_closed": ("道路中断", "a road is closed"),
    "event.no_visit": (
        "方案里没有志愿者 {volunteer} 在需求 {request} 的安排，这条情况不影响方案。",
        "The plan has no visit of {volunteer} at {request}; this changes nothing.",
    ),
    "request.goes_on": (
        "需求 {request} 已经开始，有岗位没有人；由到场的人继续。",
        "{request} has begun with a role that nobody fills; it goes on with who is there.",
    ),
    "request.waits_no_more": (
        "需求 {request} 已经开始，不再等需求 {before}。",
        "{request} has begun and no longer waits for {before}.",
    ),
    "visit.ended_in_time": (
        "志愿者 {volunteer} 已在需求 {request} 开始服务，需求 {before} 按 {end} 结束计，与报告的时间不同。",
        "{volunteer} has started at {request}, so {before} is taken to have ended at {end}, not when it was reported.",
    ),
    "released": (
        "志愿者 {volunteer} 在需求 {request}（{at}）的安排原已固定，现不再保留：{why}。",
        "The visit of {volunteer} at {request} ({at}) was fixed and is let go: {why}.",
    ),
    "pin.impossible": ("与新的情况冲突，无法做到", "it cannot be kept with what happened"),
    "mandatory.impossible": (
        "必须服务的需求 {request} 已无法安排。",
        "{request} must be served, and no longer can be.",
    ),
    "why.room": ("为其他改动腾出人手", "to make room for the other changes"),
    "redispatch.proved": ("已证明没有更好的安排。", "No better plan exists, which is proved."),
    "redispatch.proved.part": (
        "其余安排不动时，已证明没有更好的安排。",
        "With all else as it is no better plan exists, which is proved.",
    ),
    "redispatch.nothing": ("{events} 条情况，方案不用改动。", "Events: {events}; the plan stays as it is."),
    "redispatch.changed": (
        "{events} 条情况：改动 {changes} 处安排，涉及 {people} 人；{kept} 处不变。",
        "Events: {events}; visits that change: {changes}, of {people} people; as before: {kept}.",
    ),
    # repairs
    "repair.start.later": ("开始时间推迟 {minutes} 分钟", "start {minutes} min later"),
    "repair.start.earlier": ("开始时间提前 {minutes} 分钟", "start {minutes} min earlier"),
    "repair.shift.later": (
        "志愿者 {volunteer} 的可服务时间（{start} 至 {end}）延后 {minutes} 分钟结束",
        "let the shift of {volunteer} from {start} to {end} end {minutes} min later",
    ),
    "repair.shift.earlier": (
        "志愿者 {volunteer} 的可服务时间（{start} 至 {end}）提前 {minutes} 分钟开始",
        "let the shift of {volunteer} from {start} to {end} begin {minutes} min earlier",
    ),
    "repair.travel.km": ("请志愿者 {volunteer} 多走 {steps} 公里", "let {volunteer} travel {steps} km further"),
    "repair.travel.minutes": (
        "请志愿者 {volunteer} 单程多走 {minutes} 分钟",
        "let {volunteer} travel {minutes} min further one way",
    ),
    "repair.count": (
        "“{role}”岗位减少 {steps} 人（至少 {least} 人即可服务）",
        "drop {steps} from the least number in role {role}, to {least}",
    ),
    "repair.reach": (
        "请上一级支援（可调派层级放宽 {steps} 级）",
        "ask an upper tier for help (reach wider by {steps})",
    ),
    "repair.volunteer": (
        "在当地增加 {steps} 名能承担“{role}”岗位的志愿者（技能：{skill}）",
        "{steps} more volunteers there who can fill role {role} (skill: {skill})",
    ),
    "repair.anybody": (
        "在当地增加 {steps} 名能承担“{role}”岗位的志愿者",
        "{steps} more volunteers there who can fill role {role}",
    ),
    "mend": (
        "{what}。之后最好的方案会安排本需求；目标变化：{effect}；改动 {n} 处安排，涉及 {people} 人。",
        "{what}. The best plan then serves it; tiers: {effect}; visits that change: {n}, of {people} people.",
    ),
    "mend.unproved": (
        "{what}。之后可以安排本需求（未证明是最好的方案）；目标变化：{effect}；改动 {n} 处安排，涉及 {people} 人。",
        "{what}. A plan then serves it, not proved to be the best; tiers: {effect}; visits that change: {n}, "
        "of {people} people.",
    ),
    "repairs.some": (
        "最小的改动（共 {count} 种，已逐一重新求解验证）：",
        "The smallest changes ({count}), each verified by solving again:",
    ),
    "repairs.some.cut": (
        "找到的改动（{count} 种，时间用完，可能还有更小的）：",
        "Changes found ({count}); time ended the search, there may be smaller ones:",
    ),
    "repairs.pair": (
        "只改一处没有用（已证明）。最小的两处改动：",
        "No single change helps, which is proved. The smallest two together:",
    ),
    "repairs.pair.cut": (
        "没有找到只改一处的办法。找到的两处改动：",
        "No single change was found. Two together that help:",
    ),
    "repairs.none": (
        "改动一处或两处都没有用（在所列范围内已全部试过）。",
        "No single change helps, nor any two, of all that are listed.",
    ),
    "repairs.none.cut": ("在限定的时间内没有找到有用的改动。", "No change that helps was found in the time given."),
    "amount": ("{term_zh} {amount:+g}{unit_zh}", "{term_en} {amount:+g}{unit_en}"),
}
"""By code; what stands in braces is filled in."""


def phrase(code: str, **fields: Any) -> Words:
    """The words for a code. Fields that are words stand in their language, `x_zh` or `x_en` in one language only."""
    zh, en = ({n: v[i] if isinstance(v, tuple) else v for n, v in fields.items()} for i in (0, 1))
    words = PHRASES[code]
    return words[0].format(**zh), words[1].format(**en)


def named(request: Request) -> str:
    """Id and title of a request, numbers in it masked."""
    return f"{request.id} {mask_text(request.title)}".rstrip()


def joined(parts: Sequence[Words]) -> Words:
    """Parts of a sentence in a row."""
    return "、".join(zh for zh, _ in parts), ", ".join(en for _, en in parts)


def amounts(terms: Mapping[str, float]) -> Words:
    """How much more or less of each term, in its unit; of none: that there is none."""
    parts = [
        phrase(
            "amount",
            term_zh=TERMS[name].zh,
            term_en=TERMS[name].en,
            amount=round(amount, 2),
            **_unit(name),
        )
        for name, amount in terms.items()
    ]
    return joined(parts) if parts else phrase("advice.none")


def signed(parts: Sequence[tuple[str, float, float]]) -> Words:
    """Terms by name with the amounts of two people, in their units."""
    return joined(
        [
            phrase("volunteer.part", term=(TERMS[n].zh, TERMS[n].en), mine=round(a, 2), other=round(b, 2), **_unit(n))
            for n, a, b in parts
        ]
    )


def _unit(name: str) -> dict[str, str]:
    """The unit of a term, to stand behind its amount."""
    minutes = TERMS[name].unit == "minutes"
    return {"unit_zh": " 分钟" if minutes else "", "unit_en": " min" if minutes else ""}


def at(moment: datetime, zone: tzinfo | None) -> str:
    """A moment as people write it, at the batch's offset."""
    return moment.astimezone(zone).strftime("%m-%d %H:%M")
