"""A small county with everything an export shows, its plan, and texts that try to do harm."""

from datetime import datetime, timedelta, timezone
from typing import Any

from matcher.batch import (
    Batch,
    Contact,
    GeographicTravel,
    Horizon,
    PointPlace,
    Request,
    Role,
    Shift,
    Site,
    Skill,
    Team,
    Volunteer,
    Window,
)
from matcher.plan import Bound, Plan, Reason, Score, Unserved, Visit
from matcher.policy import Policy, Tier

CHINA = timezone(timedelta(hours=8))
MIDNIGHT = datetime(2026, 7, 21, tzinfo=CHINA)
PHONES = ("13912345678", "13887654321", "13700001111", "07626751234")
HARMFUL = (*"=+-@\t\r\n＝＋－＠", " =", '"=', "'=")
"""The 14 beginnings that a spreadsheet could take for a formula."""


def at(clock: str, day: int = 0) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return MIDNIGHT + timedelta(days=day, hours=hours, minutes=minutes)


def point(lat: float, lon: float) -> PointPlace:
    return PointPlace(lat=lat, lon=lon)


def span(start: str, end: str, day: int = 0) -> Shift:
    return Shift(start=at(start, day), end=at(end, day))


def volunteer(id: str, name: str, **fields: Any) -> Volunteer:
    usual: dict[str, Any] = {
        "id": id,
        "name": name,
        "site": "qiao",
        "shifts": (span("8:00", "12:00"), span("13:00", "18:00")),
    }
    return Volunteer(**(usual | fields))


def request(id: str, title: str, start: str, **fields: Any) -> Request:
    window = Window(start=at(start), end=at(start))
    usual: dict[str, Any] = {
        "id": id,
        "title": title,
        "site": "qiao",
        "windows": (window,),
        "minutes": 60,
        "roles": (Role(id="a"),),
    }
    return Request(**(usual | fields))


def county(**fields: Any) -> Batch:
    """Two villages, two volunteers, three requests: one served, one partly, one not."""
    usual: dict[str, Any] = {
        "schema": "matcher.batch/1",
        "id": "b1",
        "horizon": Horizon(start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1)),
        "travel": GeographicTravel(kind="geographic", speed_kmh=30),
        "skills": (Skill(id="medical", name="医疗健康"),),
        "sites": (
            Site(id="county", name="县中心", tier="county", place=point(24.1, 115.2)),
            Site(id="east", name="东镇", tier="town", parent="county", place=point(24.2, 115.3)),
            Site(id="qiao", name="桥头村", tier="village", parent="east", place=point(24.25, 115.35)),
            Site(id="hexi", name="河西村", tier="village", parent="east"),
        ),
        "teams": (
            Team(id="med", name="医疗分队", kind="speciality", skills=("medical",), leader="v2", phone=PHONES[1]),
            Team(id="local", name="桥头小队", leader="队长丁"),
        ),
        "volunteers": (
            volunteer("v1", "志愿者甲", phone=PHONES[0], teams=("local", "med"), asked=1),
            volunteer("v2", "志愿者乙", phone=PHONES[1], site="hexi", teams=("med",), place=point(24.3, 115.4)),
            volunteer("v3", "志愿者丙", ends_at="open"),
        ),
        "requests": (
            request(
                "clinic",
                "桥头村义诊",
                "9:30",
                priority="urgent",
                roles=(
                    Role(id="doctor", skill="medical", level=2),
                    Role(id="helper", skill="medical", count=2, min_count=1),
                ),
                contact=Contact(name="陈大妈", phone=PHONES[2]),
                address="桥头村 3 组 12 号",
                note=f"先打电话 {PHONES[3]}，再上门",
            ),
            request("fridge", "冰箱维修", "14:00", site="hexi", place=point(24.31, 115.41)),
            request("roof", "屋顶抢修", "15:00", priority="emergency"),
        ),
    }
    return Batch(**(usual | fields))


def visit(request: str, role: str, volunteer: str, start: datetime, **fields: Any) -> Visit:
    return Visit(request=request, role=role, volunteer=volunteer, start=start, **fields)


def plan(**fields: Any) -> Plan:
    """v1 and v2 at the clinic, v2 at the fridge in the afternoon, nobody on the roof."""
    reason = Reason(code="skill", volunteers=3, zh="技能不符", en="lacks the skill")
    usual: dict[str, Any] = {
        "schema": "matcher.plan/1",
        "batch": "b1",
        "status": "optimal",
        "gap": 0.0,
        "score": Score(tiers=(0.0, 2 / 3, 1.0, 0.0, -90.0), terms={"travel": 69.0}),
        "bound": Bound(tiers=(0.0, 2 / 3, 1.0, 0.0, -90.0)),
        "visits": (
            visit("clinic", "doctor", "v1", at("9:30"), leave=at("9:20"), travel_seconds=600),
            visit("clinic", "helper", "v2", at("9:30"), leave=at("9:00"), travel_seconds=1799),
            visit("fridge", "a", "v2", at("14:00"), leave=at("13:45"), travel_seconds=900),
        ),
        "unserved": (
            Unserved(request="clinic", role="helper", missing=1),
            Unserved(request="roof", role="a", missing=1, reasons=(reason,)),
        ),
    }
    return Plan(**(usual | fields))


def harmful() -> Batch:
    """The county with one more visit for every harmful text, which stands wherever a text can stand."""
    batch = county()
    bad = [f"{start}HYPERLINK(1)" for start in HARMFUL] + [
        "</script><img src=x onerror=alert(1)>",
        "BEGIN:VEVENT\r\nX:1",
    ]
    return county(
        requests=batch.requests
        + tuple(
            request(f"bad{i}", text, "9:00", note=text, address=text, contact=Contact(name=text, phone=text))
            for i, text in enumerate(bad)
        ),
        volunteers=batch.volunteers + tuple(volunteer(f"w{i}", text, phone=text) for i, text in enumerate(bad)),
        policy=Policy(tiers=(Tier(terms={"travel": 1.0}),)),
    )


def harmful_plan() -> Plan:
    count = len(harmful().requests) - 3
    return plan(
        status="feasible",
        score=None,
        bound=None,
        gap=None,
        visits=tuple(visit(f"bad{i}", "a", f"w{i}", at("9:00")) for i in range(count)),
    )
