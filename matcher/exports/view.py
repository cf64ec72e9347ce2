"""How a plan reads: names, times and places in words, people's data masked unless `with_phones` (docs/exports.md)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from matcher.batch import Contact, Request, Team, Volunteer
from matcher.exports.rows import Joined, VisitRow
from matcher.policy import Priority
from matcher.privacy import mask_address, mask_name, mask_phone, mask_text
from matcher.summary import PRIORITY_WORDS

Lang = Literal["zh", "en"]

STATES = (
    ("accepted", "已接单", "accepted"),
    ("declined", "婉拒", "declined"),
    ("unreachable", "联系不上", "unreachable"),
    ("no_show", "未到岗", "no-show"),
    ("done", "已完成", "done"),
)
"""What may become of a visit: code, and the words of the drop-down in Chinese and English."""


@dataclass(frozen=True)
class View:
    """A joined plan as one reader sees it: in which language, and with how much of people's data."""

    joined: Joined
    lang: Lang
    with_phones: bool

    def say(self, zh: str, en: str) -> str:
        """The text in the reader's language."""
        return zh if self.lang == "zh" else en

    def time(self, moment: datetime) -> str:
        """HH:MM, with the date where the batch has several days or the moment is on another day."""
        dated = self.joined.several_days or moment.date() != self.joined.summary.first_day
        return f"{moment:%m-%d %H:%M}" if dated else f"{moment:%H:%M}"

    def phone(self, phone: str | None) -> str:
        """A phone number."""
        return (phone if self.with_phones else mask_phone(phone)) if phone else ""

    def text(self, text: str | None) -> str:
        """Free text."""
        return (text if self.with_phones else mask_text(text)) if text else ""

    def volunteer(self, volunteer: Volunteer) -> str:
        """A volunteer's name, or id where no name is known."""
        return self.text(volunteer.name) or volunteer.id

    def title(self, request: Request) -> str:
        """What a request is about."""
        return self.text(request.title) or request.id

    def role(self, request: str, role: str) -> str:
        """A role's id, with the skill and level it asks for: `演员（文艺演出 2级以上）`."""
        asked = next(r for r in self.joined.requests[request].roles if r.id == role)
        if asked.skill is None:
            return asked.id
        skill = self.joined.skills.get(asked.skill, asked.skill)
        level = self.say(f"{asked.level}级以上", f"level {asked.level}+") if asked.level > 1 else ""
        wanted = " ".join(filter(None, ["" if skill == asked.id else skill, level]))
        return f"{asked.id}（{wanted}）" if wanted else asked.id

    def contact(self, contact: Contact | None) -> str:
        """The name of the person to call about a request."""
        return "" if contact is None else contact.name if self.with_phones else mask_name(contact.name)

    def contact_phone(self, contact: Contact | None) -> str:
        """The phone of the person to call about a request."""
        return "" if contact is None else self.phone(contact.phone)

    def where(self, request: Request) -> str:
        """The address, else the site; says so where the site's place stands in for the real one."""
        address = self.address(request)
        estimated = self.say("（位置按站点）", " (the site's place)") if request.place is None else ""
        return (address or self.joined.site_name(request.site)) + estimated

    def address(self, request: Request) -> str:
        """The address in words; masked, the name of the site in it stays whole."""
        if self.with_phones or not request.address:
            return request.address or ""
        site = self.joined.sites[request.site].name if request.site in self.joined.sites else ""
        parts = request.address.split(site) if site else [request.address]
        return site.join(mask_address(part) for part in parts)

    def leave(self, row: VisitRow) -> str:
        """When to leave home; words where the way starts at the visit before."""
        if row.leave is not None:
            return self.time(row.leave)
        return "" if row.key in self._first else self.say("接上一单", "straight on")

    @cached_property
    def _first(self) -> set[tuple[str, str, str]]:
        return {tour.visits[0].key for tour in self.joined.tours}

    def team(self, team: Team | None) -> str:
        """The name of a team."""
        return self.say("（未编队）", "(no team)") if team is None else team.name or team.id

    def leader(self, team: Team | None) -> str:
        """The name of a team's leader; `leader` may be a volunteer's id."""
        if team is None or team.leader is None:
            return ""
        volunteer = self.joined.volunteers.get(team.leader)
        return self.text(team.leader) if volunteer is None else self.volunteer(volunteer)

    def leader_phone(self, team: Team | None) -> str:
        """The phone of a team's leader."""
        if team is None:
            return ""
        leader = self.joined.volunteers.get(team.leader or "")
        return self.phone(team.phone or (leader.phone if leader else None))

    def priority(self, priority: Priority) -> str:
        """A priority in words."""
        return self.say(*PRIORITY_WORDS[priority])

    def state_words(self) -> list[str]:
        """The entries of the drop-down."""
        return [self.say(zh, en) for _, zh, en in STATES]

    def windows(self, request: Request) -> str:
        """When a request may start."""
        zone = self.joined.batch.horizon.start.tzinfo
        spans = [(w.start.astimezone(zone), w.end.astimezone(zone)) for w in request.windows]
        return "；".join(self.time(a) if a == b else f"{self.time(a)}-{self.time(b)}" for a, b in spans)
