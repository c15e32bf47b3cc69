"""Settings: what is chosen must be complete, all problems are told at once, and no problem shows a secret."""

import pytest

from connectors.contract import Forged
from providers import remote
from settings import DEFAULTS, PROVIDERS, Unconfigured, load
from tests.connectors.sendgrid_standin import HOOK_KEY, signed_body
from tests.connectors.standins import NOW

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "t0ken",
    "TWILIO_SMS_FROM": "+12025550123",
    "TWILIO_WHATSAPP_FROM": "+12025550124",
}
SENDGRID = {
    "SENDGRID_API_KEY": "SG.key",
    "SENDGRID_FROM": "asks@example.com",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": HOOK_KEY,
}
META = {
    "META_ACCESS_TOKEN": "t0ken",
    "META_PHONE_NUMBER_ID": "1234567890",
    "META_APP_SECRET": "s3cret",
    "META_VERIFY_TOKEN": "a word, or two",
}
OWN = {"BUSINESS_NAME": "The Shop", "REVIEW_URL": "https://reviews.example.com/shop"}
CHOSEN = [
    ({"SMS_PROVIDER": "twilio", "WHATSAPP_PROVIDER": "twilio", **OWN}, TWILIO),
    ({"EMAIL_PROVIDER": "sendgrid", "PUBLIC_URL": "https://ask.example.com", **OWN}, SENDGRID),
    ({"WHATSAPP_PROVIDER": "meta", **OWN}, META),
]


def problems(environment) -> list[str]:
    with pytest.raises(Unconfigured) as trouble:
        load(environment)
    return str(trouble.value).splitlines()[1:]


def test_nothing_given_is_the_sandbox_everywhere_without_a_limit():
    settings = load({})
    assert set(settings.providers.values()) == {"sandbox"}
    assert set(settings.per_second.values()) == {None}
    assert (settings.twilio, settings.sendgrid, settings.meta) == (None, None, None)


@pytest.mark.parametrize(("choice", "given"), CHOSEN)
def test_a_chosen_provider_without_its_credentials_is_told_what_is_missing(choice, given):
    for name in given:
        (problem,) = problems({**choice, **given, name: " "})
        assert name in problem
        assert sum(other in problem for other in given) == 1
    (problem,) = problems(choice)
    assert all(name in problem for name in given)


@pytest.mark.parametrize(("choice", "given"), CHOSEN)
def test_a_provider_that_is_not_chosen_is_configured_when_complete_and_left_alone_when_not(choice, given):
    name = next(iter(choice.values()))
    assert getattr(load(given), name) is not None
    assert getattr(load(dict(list(given.items())[:1])), name) is None
    assert getattr(load({**choice, **given}), name) is not None


@pytest.mark.parametrize("missing", [["BUSINESS_NAME"], ["REVIEW_URL"], ["BUSINESS_NAME", "REVIEW_URL"]])
@pytest.mark.parametrize(("choice", "given"), CHOSEN)
def test_nobody_real_is_written_to_in_the_name_of_the_defaults(choice, given, missing):
    (problem,) = problems({**choice, **given, **dict.fromkeys(missing, "")})
    assert [name for name in OWN if name in problem] == missing
    (problem,) = problems({**choice, **given, **{name: DEFAULTS[name][0] for name in missing}})
    assert all(DEFAULTS[name][0] in problem for name in missing)
    assert load({**given, **dict.fromkeys(missing, "")}).business_name


def test_where_no_hook_can_come_none_need_be_proven(session):
    given = {**SENDGRID, "SENDGRID_WEBHOOK_PUBLIC_KEY": "", "EMAIL_PROVIDER": "sendgrid", **OWN}
    for url in ("http://127.0.0.1:8501", "http://192.168.1.20:8501"):
        made = remote(load({**given, "PUBLIC_URL": url}), session, lambda: NOW)["sendgrid"]
        with pytest.raises(Forged):
            made.verify(signed_body("[]"))


def test_only_the_senders_of_the_chosen_channels_are_needed():
    texts = {"SMS_PROVIDER": "twilio", **OWN, **TWILIO, "TWILIO_WHATSAPP_FROM": ""}
    assert load(texts).twilio.senders == {"sms": "+12025550123"}
    service = {**texts, "TWILIO_MESSAGING_SERVICE_SID": "MG" + "a" * 32, "TWILIO_SMS_FROM": ""}
    assert load(service).twilio.senders == {"sms": "MG" + "a" * 32}
    chats = {"WHATSAPP_PROVIDER": "twilio", **OWN, **TWILIO, "TWILIO_SMS_FROM": ""}
    assert load(chats).twilio.senders == {"whatsapp": "+12025550124"}


@pytest.mark.parametrize(
    ("given", "missing"), [("TWILIO_API_KEY", "TWILIO_API_SECRET"), ("TWILIO_API_SECRET", "TWILIO_API_KEY")]
)
def test_an_api_key_and_its_secret_go_together(given, missing):
    (problem,) = problems({"SMS_PROVIDER": "twilio", **OWN, **TWILIO, given: "SK" + "1" * 32})
    assert missing in problem
    assert given not in problem.replace(missing, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_PROVIDER", "meta"),
        ("WHATSAPP_PROVIDER", "sendgrid"),
        ("EMAIL_PROVIDER", "smtp"),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_ACCOUNT_SID", "SK" + "1" * 32),
        ("TWILIO_AUTH_TOKEN", "two words"),
        ("TWILIO_API_KEY", "AC" + "1" * 32),
        ("TWILIO_MESSAGING_SERVICE_SID", "MG" + "g" * 32),
        ("TWILIO_SMS_FROM", "2025550123"),
        ("TWILIO_SMS_FROM", "+0202555012"),
        ("TWILIO_WHATSAPP_FROM", "whatsapp:+12025550123"),
        ("TWILIO_BASE_URL", "api.twilio.com"),
        ("SENDGRID_FROM", "asks at example.com"),
        ("SENDGRID_FROM", "a@example.com, b@example.com"),
        ("EMAIL_REPLY_TO", "nobody"),
        ("SENDGRID_API_KEY", "SG.k\u00ebyx"),
        ("SENDGRID_WEBHOOK_PUBLIC_KEY", "nonsense"),
        ("SENDGRID_WEBHOOK_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----"),
        ("SENDGRID_WEBHOOK_PUBLIC_KEY", f"{HOOK_KEY[:20]}!{HOOK_KEY[20:]}"),
        ("META_PHONE_NUMBER_ID", "+12025550123"),
        ("META_APP_SECRET", "x y z w"),
        ("META_BASE_URL", "https://graph.facebook.com/v23.0?x=1"),
        ("PUBLIC_URL", "https://ask.example.com/#top"),
        ("PUBLIC_URL", "https:///path"),
        ("PUBLIC_URL", "https://*.example.com"),
        ("PUBLIC_URL", "https://ask.example.com\\evil"),
        ("PUBLIC_URL", "https://ask.example.com:"),
        ("PUBLIC_URL", "https://ask..example.com"),
        ("PUBLIC_URL", "https://-ask.example.com"),
        ("TWILIO_BASE_URL", "https://bü*cher.example"),
        ("REVIEW_URL", "ftp://example.com"),
        ("CONSOLE_HOSTS", "https://console.example.com"),
        ("CONSOLE_HOSTS", "one.example.com console.example.com"),
        ("CONSOLE_HOSTS", "console.example.com:8443"),
        ("CONSOLE_HOSTS", "*.example.com"),
        ("SMS_PER_SECOND", "0"),
        ("EMAIL_PER_SECOND", "nan"),
    ],
)  # fmt: skip
def test_a_malformed_value_is_a_problem_of_its_own(name, value):
    (problem,) = problems({name: value})
    assert name in problem


def test_a_key_of_another_kind_is_not_taken_for_a_verification_key():
    from base64 import b64encode

    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert problems({"SENDGRID_WEBHOOK_PUBLIC_KEY": b64encode(der).decode()})


def test_all_problems_are_told_at_once_and_none_shows_a_secret():
    secrets = {name: f"sh hush {name}" for name in DEFAULTS if name.endswith(("TOKEN", "SECRET", "KEY", "SID", "ID"))}
    told = problems({"SMS_PROVIDER": "twilio", "EMAIL_PROVIDER": "sendgrid", **secrets, "TIMEZONE": "Mars/Base"})
    assert len(told) > 8
    assert not any("sh hush" in problem for problem in told)


def test_settings_that_are_printed_show_no_secret():
    given = {**TWILIO, **SENDGRID, **META, "TWILIO_API_KEY": "SK" + "1" * 32, "TWILIO_API_SECRET": "hush"}
    shown = repr(load({**given, "DATABASE": "postgresql://me:hush@host/name", "SANDBOX_SECRET": "hush"}))
    for secret in ("t0ken", "hush", "SG.key", "s3cret", "a word, or two"):
        assert secret not in shown


@pytest.mark.parametrize(
    "address",
    ["postgresql+psycopg://me:hush@host/name", "Postgresql://me:hush@host/name", "mysql://me:hush@host/name",
     "postgresql:/me:hush@host/name", "host=db dbname=name password=hush"],
)  # fmt: skip
def test_an_address_that_is_mistyped_does_not_become_a_file(address):
    (problem,) = problems({"DATABASE": address})
    assert "postgresql://" in problem
    assert "hush" not in problem


@pytest.mark.parametrize("password", ["se@hush", "p#w/hush", "12/hush", "p%zzhush", "p hush"])
def test_a_password_that_would_be_read_as_the_host_is_not_shown_to_it(password):
    (problem,) = problems({"DATABASE": f"postgresql://me:{password}@127.0.0.1:1/name"})
    assert "@ as %40" in problem
    assert "hush" not in problem


def test_addresses_of_postgresql_are_left_as_they_are():
    for address in ("postgresql://me:a%40b%2F@one,two:5432/name?sslmode=require", "postgres:///name?host=/run/pg"):
        assert load({"DATABASE": address}).database == address


def test_a_store_has_one_name_whatever_links_lead_to_it(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "store.duckdb")
    assert load({"DATABASE": str(tmp_path / "link")}).database == str((tmp_path / "store.duckdb").resolve())


@pytest.mark.parametrize("address", ["http://x:abc", "http://[bad", "http://:80", "https://x:99999/r"])
def test_an_address_that_leads_nowhere_is_told(address):
    assert len(problems({"PUBLIC_URL": address, "REVIEW_URL": address})) == 2


@pytest.mark.parametrize("name", ["PUBLIC_URL", "REVIEW_URL", "TWILIO_BASE_URL"])
@pytest.mark.parametrize("address", ["https://me:hush@x.example", "https://hush@x.example/r", "ftp://me:hush@x.example",
                                     "https://me:hush@x..example", "https://me:hush/@x.example"])  # fmt: skip
def test_an_address_with_a_password_in_it_is_refused_and_not_shown(name, address):
    (problem,) = problems({name: address})
    assert name in problem
    assert "hush" not in problem


def test_a_sign_for_at_further_on_in_an_address_is_no_password():
    assert load({"REVIEW_URL": "https://maps.example.com/@48.1,11.5"}).review_url.endswith("/@48.1,11.5")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://bücher.example/Über/", "https://xn--bcher-kva.example/Über"),
        ("https://Straße.example:8443", "https://xn--strae-oqa.example:8443"),
        ("http://[::1]:8501/", "http://[::1]:8501"),
        ("https://ask_us.example.com:8443/a", "https://ask_us.example.com:8443/a"),
        ("http://askwell", "http://askwell"),
    ],
)
def test_an_address_in_another_script_is_kept_as_the_world_calls_it(given, kept):
    assert load({"PUBLIC_URL": given}).public_url == kept


def test_a_store_in_the_home_folder_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load({"DATABASE": "~/askwell.duckdb"}).database == str(tmp_path / "askwell.duckdb")
    (problem,) = problems({"DATABASE": "~nobody-of-that-name/askwell.duckdb"})
    assert "DATABASE" in problem


def test_a_review_page_may_have_a_query():
    assert load({"REVIEW_URL": "https://g.example.com/r?placeid=1#x"}).review_url.endswith("?placeid=1#x")


def test_names_of_the_console_are_as_a_browser_asks_for_them():
    given = load({"CONSOLE_HOSTS": " Console.Example.com, bücher.example,straße.example ,10.0.0.5,, ::1"})
    assert given.console_hosts == (
        "console.example.com", "xn--bcher-kva.example", "xn--strae-oqa.example", "10.0.0.5", "::1",
    )  # fmt: skip
    assert load({}).console_hosts == ()


def test_pace_is_the_providers_own_unless_it_is_given():
    settings = load(
        {"SMS_PROVIDER": "twilio", "WHATSAPP_PROVIDER": "meta", **OWN, **TWILIO, **META, "EMAIL_PER_SECOND": "2.5"}
    )
    assert settings.per_second == {"sms": 1.0, "whatsapp": 80.0, "email": 2.5}


def test_every_channel_has_a_setting_for_its_provider():
    assert all(f"{channel.upper()}_PROVIDER" in DEFAULTS for channel in PROVIDERS)


@pytest.mark.parametrize("typed", ["nan", "inf", "1e999", "many"])
def test_what_is_no_number_is_told_with_the_rest(typed):
    with pytest.raises(Unconfigured, match="IN_FLIGHT must be a number from 1 to 5000"):
        load({"IN_FLIGHT": typed})
