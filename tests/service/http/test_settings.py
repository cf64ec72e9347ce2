"""Settings come from the environment, and wrong ones are named without their values where these are secret."""

import socket

import pytest

from matcher.cli.serving import _listening
from matcher.errors import InputError
from matcher.service.settings import is_loopback, load_settings


def test_variables_set_and_arguments_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_PORT", "9000")
    monkeypatch.setenv("MATCHER_SOLVERS", "3")
    monkeypatch.setenv("MATCHER_OLD_PHONE_KEYS", "one, two")
    settings = load_settings(port=9001)
    assert (settings.port, settings.solvers, settings.old_phone_keys) == (9001, 3, ("one", "two"))


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_PORT", "70000")
    monkeypatch.setenv("MATCHER_RATE", "fast")
    assert wrong() == {"MATCHER_PORT": "out_of_range", "MATCHER_RATE": "invalid"}


def test_the_rules_of_the_loop_are_settings_and_wrong_ones_are_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_REPLY_MINUTES", '{"urgent": 20}')
    monkeypatch.setenv("MATCHER_CALL_STANDBY", "false")
    rules = load_settings().rules
    assert (rules.reply_minutes, rules.call_standby, rules.prior_asks) == ({"urgent": 20}, False, 4)
    monkeypatch.setenv("MATCHER_REPLY_MINUTES", '{"urgent": 0, "soon": 5}')
    monkeypatch.setenv("MATCHER_CALL_STANDBY", "perhaps")
    monkeypatch.setenv("MATCHER_PRIOR_ASKS", "-1")
    monkeypatch.setenv("MATCHER_PORT", "70000")
    assert wrong() == {
        "MATCHER_REPLY_MINUTES/urgent": "out_of_range",
        "MATCHER_REPLY_MINUTES/soon": "wrong_choice",
        "MATCHER_CALL_STANDBY": "invalid",
        "MATCHER_PRIOR_ASKS": "out_of_range",
        "MATCHER_PORT": "out_of_range",
    }
    monkeypatch.setenv("MATCHER_REPLY_MINUTES", "urgent: 20")
    assert wrong()["MATCHER_REPLY_MINUTES"] == "wrong_type"


def wrong() -> dict[str, str]:
    """Where the settings are wrong, and the codes."""
    with pytest.raises(InputError) as raised:
        load_settings()
    return {problem.where: problem.code for problem in raised.value.problems}


def test_secrets_are_not_shown() -> None:
    settings = load_settings(phone_key="secret-1", old_phone_keys=("secret-2",), database="postgresql://u:secret-3@h/d")
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "localhost.example", "127.0.0.1.example", ""])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)


def test_answers_are_sent_at_once() -> None:
    """asyncio turns Nagle's algorithm off for sockets that say they are TCP's; with it, each answer took 40 ms more."""
    with _listening(load_settings(port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP
