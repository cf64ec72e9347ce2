from tests.checker.build import batch, broken, judged, request, valid, visit, volunteer


def needed(mandatory):
    return batch([volunteer()], [request(mandatory=mandatory)])


def test_served():
    valid(needed(True), visit())


def test_not_served():
    found = broken(needed(True))
    assert (found.code, found.request, found.amount) == ("mandatory", "r", None)


def test_not_mandatory():
    assert judged(needed(False)).valid
