"""The .env file beside the program: read once, and whatever is wrong with it is told with the rest."""

import pytest

import settings
from settings import DEFAULTS, Unconfigured, load
from tests.test_settings import problems


@pytest.fixture
def env(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    for name in DEFAULTS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path / ".env"


def test_there_need_be_none(env):
    assert load().business_name == "Our business"


def test_a_mark_in_front_hides_no_setting(env):
    env.write_bytes('BUSINESS_NAME="Café"\r\n'.encode("utf-8-sig"))
    assert load().business_name == "Café"


def test_one_that_is_not_utf_8_is_said_in_words(env):
    env.write_bytes("BUSINESS_NAME=Café\n".encode("latin-1"))
    with pytest.raises(Unconfigured, match="must be saved as UTF-8"):
        load()


def test_one_that_cannot_be_read_is_said_in_words(env):
    env.mkdir()
    with pytest.raises(Unconfigured, match=r"\.env cannot be read"):
        load()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("TIMEZON", "TIMEZONE"), ("SMS_PROVIDR", "SMS_PROVIDER"), ("timezone", "TIMEZONE"),
     ("DATABASE_URL", "DATABASE"), ("TWILIO_AUTHTOKEN", "TWILIO_AUTH_TOKEN")],
)  # fmt: skip
def test_a_name_close_to_a_setting_is_told_with_the_rest(env, typed, meant):
    env.write_text(f"{typed}=hush\nIN_FLIGHT=many\n")
    told = problems(None)
    assert len(told) == 2
    (problem,) = [one for one in told if ".env" in one]
    assert problem.startswith(f"- {typed} in .env is no setting.")
    assert meant in problem.partition("Is ")[2].split()
    assert "hush" not in problem


@pytest.mark.parametrize("others", ["POSTGRES_PASSWORD", "PORT", "TZ", "COMPOSE_PROJECT_NAME", "DEMO_DATABASE"])
def test_what_is_meant_for_somebody_else_may_stand_there(env, others):
    env.write_text(f"{others}=x\n")
    load()


@pytest.mark.parametrize(
    "line", ["TIMEZONE : hush", 'BUSINESS_NAME="hush', "=hush", "hush", "SG.hush.x_y", "  hush hush", "'hush"]
)
def test_a_line_that_cannot_be_read_is_told_by_its_number_alone(env, caplog, line):
    env.write_text(f"# ours\n\nexport REGION=DE\n\n{line}\nIN_FLIGHT=7 # enough\n")
    (problem,) = problems(None)
    assert "Line 5 of .env" in problem
    assert "hush" not in problem
    assert caplog.text == ""


def test_values_are_read_as_ever(env):
    env.write_text("BUSINESS_NAME=It's us & co # the best\nBUSINESS_ADDRESS='1 Main St\n#2'\nREGION = de\n")
    given = load()
    assert (given.business_name, given.business_address, given.region) == ("It's us & co", "1 Main St\n#2", "DE")
