"""What answers tell while they work: what is tried, which of how many, and the reports of its solving."""

from itertools import pairwise

from matcher import Batch, backups_for, dispatch, explain, explain_volunteer, fair, redispatch
from matcher.answers.trial import Trial
from matcher.events import Events
from matcher.progress import Progress
from tests.checker import build

Heard = list[Trial | Progress]


def two_for_one() -> Batch:
    """One volunteer and two requests that overlap."""
    asked = [build.request("r", start="9:00", priority="urgent"), build.request("q", start="9:30")]
    return build.batch([build.volunteer("v", 5)], asked)


def trials(heard: Heard) -> list[Trial]:
    return [told for told in heard if isinstance(told, Trial)]


def counted(heard: Heard) -> bool:
    """Whether numbers rise from 1 to at most their total, for one kind of trial after the other."""
    told = trials(heard)
    rising = all(one.number < other.number or other.number == 1 for one, other in pairwise(told))
    return rising and all(1 <= trial.number <= trial.total for trial in told)


def test_a_request_is_priced_then_each_way_to_mend_it_is_tried() -> None:
    batch, heard = two_for_one(), Heard()
    plan = dispatch(batch)
    explain(batch, plan, "q", None, on_trial=heard.append)
    said = [trial.zh for trial in trials(heard)]
    assert said[0] == "一定要安排时的代价"
    assert said[1:3] == ["可否改变开始时间", "可否改变开始时间"]
    assert "可否增加志愿者" in said
    assert counted(heard)
    assert isinstance(heard[1], Progress)
    assert heard[1].stage == "prepare"
    assert trials(heard)[1].total == len([each for each in said if each.startswith("可否")])


def test_two_changes_together_are_counted() -> None:
    asked = build.request("r", start="6:00", qualifications=("q",), excluded=("v",))
    batch, heard = build.batch([build.volunteer("v")], [asked], now=build.at("7:00")), Heard()
    explain(batch, dispatch(batch), "r", None, on_trial=heard.append)
    pairs = [trial for trial in trials(heard) if trial.en == "two changes together"]
    assert pairs[-1].number <= pairs[-1].total
    assert counted(heard)


def test_every_start_of_a_volunteer_is_counted() -> None:
    request = build.request("r", until="9:10")
    batch = build.batch([build.volunteer("near", 5), build.volunteer("far", 9)], [request])
    heard = Heard()
    explain_volunteer(batch, dispatch(batch), "r", "far", on_trial=heard.append)
    assert [(trial.number, trial.total) for trial in trials(heard)] == [(1, 3), (2, 3), (3, 3)]
    heard.clear()
    explain_volunteer(batch, dispatch(batch), "r", "near", on_trial=heard.append)
    assert [trial.en for trial in trials(heard)] == ["the plan without this volunteer"]


def test_fairness_tells_the_load_it_tries() -> None:
    people = [build.volunteer("near", 1, recent_requests=5), build.volunteer("far", 40)]
    batch, heard = build.batch(people, [build.request()]), Heard()
    fair(batch, dispatch(batch), villages=1, loads=True, on_trial=heard.append)
    assert [trial.zh for trial in trials(heard)[:2]] == ["更公平的方案", "每人（连同近期）最多 3 件"]
    assert trials(heard)[1].total == 3
    assert counted(heard)
    assert any(isinstance(told, Progress) for told in heard)


def test_standby_counts_requests() -> None:
    batch, heard = two_for_one(), Heard()
    backups_for(batch, dispatch(batch), on_trial=heard.append)
    assert [(trial.number, trial.total) for trial in trials(heard)] == [(1, 2), (2, 2)]


def test_redispatch_tells_what_it_plans_anew() -> None:
    batch, heard = two_for_one(), Heard()
    nothing = Events(schema="matcher.events/1", now=build.at("8:00"), events=())
    redispatch(batch, dispatch(batch), nothing, on_trial=heard.append)
    assert [trial.zh for trial in trials(heard)] == ["重新安排：1 名志愿者、2 件需求"]
    assert isinstance(heard[-1], Progress)
