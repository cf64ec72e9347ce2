from tests.checker.build import batch, broken, fixed, remarked, request, role, valid, visit, volunteer

PAIR = (role(count=2, min_count=1),)
BOTH = visit(volunteer="v"), visit(volunteer="w")


def pair(teams_v, teams_w, **fields):
    people = [volunteer("v", teams=teams_v), volunteer("w", teams=teams_w)]
    return batch(people, [request(roles=PAIR, one_team=True)], **fields)


def test_member():
    valid(batch([volunteer(teams=["red", "blue"])], [request(team="blue")]), visit())


def test_no_member():
    found = broken(batch([volunteer(teams=["red"])], [request(team="blue")]), visit())
    assert (found.code, found.volunteer, found.amount) == ("team", "v", None)


def test_one_team_for_all():
    valid(pair(["red", "blue"], ["blue"]), *BOTH)


def test_no_common_team():
    # Red holds one of the two, blue the other: the best team leaves out one person.
    found = broken(pair(["red"], ["blue"]), *BOTH)
    assert (found.code, found.request, found.volunteer) == ("team", "r", None)
    assert (found.amount, found.unit) == (1, "people")
    assert "1 person" in found.en


def test_the_best_team_is_counted():
    # Red holds two of the three, blue one.
    people = [volunteer("v", teams=["red"]), volunteer("w", teams=["red"]), volunteer("x", teams=["blue"])]
    b = batch(people, [request(roles=(role(count=3),), one_team=True)])
    assert broken(b, *BOTH, visit(volunteer="x")).amount == 1


def test_somebody_in_no_team_cannot_go_alone():
    assert broken(pair([], ["blue"]), BOTH[0]).code == "team"


def test_pinned_people_need_not_belong():
    assert remarked(pair(["red"], ["blue"], pins=[fixed()]), *BOTH) == {"team"}
    b = batch([volunteer()], [request(team="blue")], pins=[fixed()])
    assert remarked(b, visit()) == {"team"}
