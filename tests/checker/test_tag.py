from tests.checker.build import batch, broken, fixed, remarked, request, valid, visit, volunteer


def dialect(tags, **fields):
    return batch([volunteer(tags=tags)], [request(tags_required=["方言"])], **fields)


def test_held():
    valid(dialect(["方言", "男"]), visit())


def test_lacking():
    found = broken(dialect(["男"]), visit())
    assert (found.code, found.volunteer) == ("tag", "v")
    assert "方言" in found.en


def test_nothing_asked():
    valid(batch([volunteer()], [request()]), visit())


def test_pinned_visit_is_free_of_it():
    assert remarked(dialect([], pins=[fixed()]), visit()) == {"tag"}
