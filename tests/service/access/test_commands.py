"""`matcher keys …` and `matcher purge`."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, update

from matcher.cli import main
from matcher.service.access.audit import Audit
from matcher.service.access.caller import LOCAL
from matcher.service.access.keys import SECRET, Keys
from matcher.service.access.phones import Phones, new_phone_key
from matcher.service.jobs.queue import Jobs
from matcher.service.jobs.tables import jobs
from matcher.service.orders.county import County
from matcher.service.orders.tables import volunteers
from matcher.service.store.engine import Store
from matcher.service.store.migrations import upgrade
from tests.service.access import world

DATABASE = "sqlite:///matcher.db"


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """English, no settings from outside, and a folder of its own to work in."""
    for name in [name for name in os.environ if name.startswith("MATCHER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def call(*args: str) -> Ran:
        capsys.readouterr()
        return Ran(main(list(args)), *capsys.readouterr())

    return call


@pytest.fixture
def store(run: Run) -> Store:
    """The database that commands in this folder use."""
    made = Store(DATABASE)
    upgrade(made)
    return made


@pytest.fixture
def county(store: Store) -> County:
    """The county of `world` in that database, its phones sealed."""
    found = County(store, world.now)
    found.take_over(world.batch(), Phones(new_phone_key()))
    return found


@pytest.mark.parametrize("args", ["keys list", "keys revoke k-0", "keys audit", "keys reseal", "purge"])
def test_what_needs_a_database_makes_none_and_names_it(run: Run, tmp_path: Path, args: str) -> None:
    ran = run(*args.split())
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path / 'matcher.db'}: there is no such file: start `matcher serve` once" in ran.err
    assert "请先启动一次 matcher serve，或用 --database" in run(*args.split(), "--lang", "zh").err
    assert list(tmp_path.iterdir()) == []


def test_the_first_key_makes_a_database(run: Run, tmp_path: Path) -> None:
    assert run("keys", "create", "desk").code == 0
    assert run("keys", "list").out.split("  ")[-1] == "desk\n"


def test_a_database_that_does_not_answer_is_named_without_its_password(run: Run, tmp_path: Path) -> None:
    url = "postgresql://user:secret@127.0.0.1:1/county?password=secret2"
    ran = run("keys", "list", "--database", url)
    assert ran.code == 2
    assert ran.err.endswith("\n  database: postgresql://127.0.0.1:1/county\n")
    assert "secret" not in ran.err
    ran = run("keys", "create", "desk", "--database", f"sqlite:///{tmp_path}/none/m.db")
    assert ran.err.endswith(f"\n  database: {tmp_path}/none/m.db\n")


def test_there_may_be_no_keys(run: Run, store: Store) -> None:
    assert run("keys", "list") == (0, "", "There are no keys yet.\n")


def test_a_key_is_shown_once_and_lets_its_site_in(run: Run, store: Store, county: County) -> None:
    ran = run("keys", "create", "town desk", "--site", world.TOWN)
    secret = ran.out.strip()
    assert ran.code == 0
    assert SECRET.fullmatch(secret)
    caller = Keys(store, world.now).caller(secret, county.parents())
    assert caller
    assert (caller.name, caller.role, caller.site) == ("town desk", "town", world.TOWN)
    assert f"Key {caller.key} is made" in ran.err
    listed = run("keys", "list")
    assert listed.out.split("  ")[:4] == [caller.key, "town", world.TOWN, "good"]
    assert secret not in listed.out + listed.err


def test_a_revoked_key_is_listed_as_such(run: Run, store: Store) -> None:
    run("keys", "create", "desk")
    (key,) = Keys(store, world.now).all()
    assert run("keys", "revoke", key.id) == (0, "", f"Key {key.id} is revoked.\n")
    assert run("keys", "list").out.split("  ")[:4] == [key.id, "county", "-", "revoked"]
    assert [line.action for line in Audit(store, world.now).page(LOCAL)] == ["key.create", "key.revoke"]


def test_the_audit_is_shown_from_a_number_on(run: Run, store: Store) -> None:
    for number in range(3):
        Audit(store, world.now).note(LOCAL, "phone.read", f"order-{number}", 2)
    lines = run("keys", "audit", "--after", "1").out.splitlines()
    assert lines == [f"{n + 1}  2050-07-21 00:00:00Z  phone.read  order-{n}  2  - local" for n in (1, 2)]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("keys", "create", "desk", "--site", "nowhere"), "--site: expected the id of a listed site (found: nowhere)"),
        (("keys", "create", " "), "name: must not be empty"),
        (("keys", "revoke", "k-0"), "id: expected the id of a listed key (found: k-0)"),
    ],
)
def test_what_is_wrong_is_told_in_words(run: Run, county: County, args: tuple[str, ...], words: str) -> None:
    ran = run(*args)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_a_site_needs_a_county(run: Run, store: Store) -> None:
    ran = run("keys", "create", "desk", "--site", "t1")
    assert (ran.code, ran.out) == (2, "")
    assert "import a county first" in ran.err


def test_a_phone_key_fits(run: Run) -> None:
    ran = run("keys", "phone-key")
    assert Phones(ran.out.strip()).kept
    assert "MATCHER_PHONE_KEY" in ran.err
    assert list(Path().iterdir()) == []


def test_reseal_brings_phones_under_the_new_key(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = new_phone_key(), new_phone_key()
    County(store, world.now).take_over(world.batch(), Phones(old))
    monkeypatch.setenv("MATCHER_PHONE_KEY", new)
    assert run("keys", "reseal").code == 2
    monkeypatch.setenv("MATCHER_OLD_PHONE_KEYS", old)
    ran = run("keys", "reseal")
    people, leaders = len(world.COUNTY["volunteers"]), len(world.COUNTY["teams"])
    assert (ran.code, ran.err.split(" phones")[0]) == (0, str(people + leaders))
    with store.read() as connection:
        sealed = connection.execute(select(volunteers.c.phone)).scalars().all()
    assert {Phones(new).open(phone) for phone in sealed} == {world.PHONE}


def test_purge_forgets_what_is_older_than_its_days(run: Run, store: Store) -> None:
    """Two plans ended 10 and 20 days ago; 15 days are kept."""
    now = datetime.now(UTC)
    made = Jobs(store, world.now)
    kept, gone = (made.submit("plan", b"{}", site=None, key=None).id for _ in range(2))
    with store.write() as connection:
        for id, days in ((kept, 10), (gone, 20)):
            ended = {"state": "done", "finished": now - timedelta(days=days)}
            connection.execute(update(jobs).where(jobs.c.id == id).values(**ended))
    dry = run("purge", "--days", "15", "--dry-run")
    assert "plans that are over: 1\n" in dry.out
    assert "nothing was changed" in dry.err
    assert made.get(gone)
    ran = run("purge", "--days", "15")
    assert "plans that are over: 1\n" in ran.out
    assert ran.err.endswith("is gone.\n")
    assert made.get(kept)
    assert made.get(gone) is None
    assert [(line.action, line.count) for line in Audit(store, world.now).page(LOCAL)] == [("purge", 1)]


def test_purge_keeps_as_many_days_as_the_settings_say(run: Run, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day may change while the command runs."""
    monkeypatch.setenv("MATCHER_KEEP_DAYS", "30")
    now = datetime.now(UTC)
    told = run("purge", "--dry-run").err
    assert [day for day in (now, datetime.now(UTC)) if f"{day - timedelta(days=30):%Y-%m-%d}" in told]


def test_missing_libraries_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matcher.service.settings", None)
    ran = run("keys", "list")
    assert ran.code == 2
    assert "pip install 'volunteer-matcher[service]'" in ran.err


def test_help_is_there_in_both_languages(run: Run) -> None:
    for name in ("create", "list", "revoke", "audit", "phone-key", "reseal"):
        assert f"  {name} " in run("keys", "--help").out
        assert f"matcher keys {name}" in run("keys", name, "--help", "--lang", "zh").out
    assert "matcher purge --dry-run" in run("purge", "--help").out
