from tests.checker.build import batch, broken, fixed, remarked, request, valid, visit, volunteer


def unwanted(who, **fields):
    return batch([volunteer()], [request(excluded=[who])], **fields)


def test_another_is_excluded():
    valid(unwanted("w"), visit())


def test_excluded():
    found = broken(unwanted("v"), visit())
    assert (found.code, found.request, found.volunteer) == ("excluded", "r", "v")


def test_pinned_visit_is_free_of_it():
    assert remarked(unwanted("v", pins=[fixed()]), visit()) == {"excluded"}
