"""The Send page: one person asked, once, with every trouble beside its field."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from data import commands, queries, stops, template_store
from data.lifecycle import Channel
from data.stops import Stop
from data.store import Store
from data.texts import link
from data.texts.segments import count, plain
from pages import asking
from pages import workspace as pages
from pages.asking import after_delay, at_time
from pages.literal import literal
from pages.message_preview import in_words, why_dear
from tests.builders import NOW
from tests.pages.conftest import workspace

ROOT = Path(__file__).parents[2]
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    return duckdb_store


@pytest.fixture
def app(store: Store) -> AppTest:
    commands.member(store, "Sam Sender", NOW)  # the only one is chosen already
    return opened()


def opened() -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    return app.switch_page("send_request.py").run()


def fill(app: AppTest, **typed: str) -> AppTest:
    for field in app.text_input:
        if field.label.lower() in typed:
            field.set_value(typed[field.label.lower()])
    return app.run()


def choose(app: AppTest, label: str, option: str) -> AppTest:
    group = next(group for group in app.button_group if group.label == label)
    return group.set_value(option).run()


def press(app: AppTest) -> AppTest:
    return next(button for button in app.button if button.label == "Send review request").click().run()


def troubles(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if ":material/error:" in text.value]


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(text.value for text in (*app.text, *app.markdown, *app.caption))


def requests(store: Store) -> list[dict]:
    return store.rows("SELECT * FROM request ORDER BY id")


def test_a_person_is_asked_and_the_form_is_blank_again(app: AppTest, store: Store):
    press(fill(app, name="Ann Lee", phone="(202) 555-0143", email="ANN@example.com"))

    (request,) = requests(store)
    (contact,) = store.rows("SELECT * FROM contact")
    assert (request["contact_name"], request["address"], request["channel"]) == ("Ann Lee", "+12025550143", "sms")
    assert (request["trigger"], request["status"]) == ("manual", "queued")
    assert contact["email"] == "ann@example.com"
    assert queries.members(store)[request["sent_by"]] == "Sam Sender"
    assert "Queued for **Ann Lee** by SMS" in said(app)
    assert {field.value for field in app.text_input} == {""}
    assert troubles(app) == []
    assert next(box.value for box in app.selectbox if box.label == "Sent by") == "Sam Sender"


def test_the_preview_is_the_message_letter_for_letter(app: AppTest, store: Store):
    fill(app, name="Ann *Lee*", phone="2025550143")
    shown = next(text.value for text in app.text if "Ann" in text.value)

    press(app)

    token = store.rows("SELECT token FROM message")[0]["token"]
    assert shown == (
        f"Hi Ann, thank you for choosing Cafe. How was it? {link('https://c.test', token)}\nReply STOP to opt out"
    )


def test_a_new_form_complains_about_nothing(app: AppTest):
    assert troubles(app) == []


def test_pressing_a_blank_form_says_what_is_missing_and_queues_nothing(app: AppTest, store: Store):
    press(app)

    assert len(troubles(app)) == 2
    assert "Write the name" in said(app)
    assert "needs a phone number" in said(app)
    assert requests(store) == []


def test_a_workspace_without_members_asks_for_the_first_sender(store: Store):
    app = press(fill(opened(), name="Ann Lee", phone="2025550143"))

    (trouble,) = troubles(app)
    assert "Choose who asks, or type a name" in trouble
    assert requests(store) == []


def test_trouble_shows_beside_the_field_that_was_left_and_no_other(app: AppTest):
    phone = next(field for field in app.text_input if field.label == "Phone")
    phone.set_value("202 555").run()

    (trouble,) = troubles(app)
    assert "202 555" in trouble


def test_a_wrong_email_is_named_even_when_the_sms_does_not_need_it(app: AppTest, store: Store):
    press(fill(app, name="Ann Lee", phone="2025550143", email="ann@"))

    assert any("is not an email address" in trouble for trouble in troubles(app))
    assert requests(store) == []


def test_an_email_channel_needs_an_email(app: AppTest, store: Store):
    choose(fill(app, name="Ann Lee", phone="2025550143"), "Channel", "email")
    press(app)

    assert any("Email needs an email address" in trouble for trouble in troubles(app))
    assert requests(store) == []


def test_pressing_twice_queues_once(app: AppTest, store: Store):
    fill(app, name="Ann Lee", phone="2025550143")
    press(app)
    press(app)  # the second click of a double click meets the blank form

    assert len(requests(store)) == 1


def test_the_same_form_sent_from_a_rerun_is_one_request(app: AppTest, store: Store):
    form = app.session_state["ask-form"]
    press(fill(app, name="Ann Lee", phone="2025550143"))
    app.session_state["ask-form"] = form
    press(fill(app, name="Ann Lee", phone="2025550143"))

    assert len(requests(store)) == 1


def test_a_second_person_is_a_second_request(app: AppTest, store: Store):
    press(fill(app, name="Ann Lee", phone="2025550143"))
    press(fill(app, name="Bo Li", phone="2025550143"))

    assert [request["contact_name"] for request in requests(store)] == ["Ann Lee", "Bo Li"]


def test_a_delay_makes_the_request_due_later(app: AppTest, store: Store):
    choose(fill(app, name="Ann Lee", phone="2025550143"), "When", "After a delay")
    press(app)

    assert timedelta(hours=1.9) < requests(store)[0]["due_at"] - datetime.now(UTC) < timedelta(hours=2)
    assert "due" in said(app)


def test_a_time_that_has_passed_is_refused(app: AppTest, store: Store):
    choose(fill(app, name="Ann Lee", phone="2025550143"), "When", "At a time")
    app.datetime_input[0].set_value(datetime(2026, 1, 1, 10, 0)).run()  # noqa: DTZ001 — as a person types it
    press(app)

    assert any("This time has passed" in trouble for trouble in troubles(app))
    assert requests(store) == []


def test_a_template_with_an_unknown_field_says_so_and_cannot_be_sent(store: Store):
    commands.member(store, "Sam Sender", NOW)
    template_store.add_template(store, Channel.SMS, "Broken", "Hi {frist_name}, how was it? {link}", None, NOW)
    app = press(fill(opened(), name="Ann Lee", phone="2025550143"))

    (trouble,) = troubles(app)
    assert literal("There is no field {frist_name}; did you mean {first_name}?") in trouble
    assert requests(store) == []


def test_a_channel_without_a_template_disables_the_button(store: Store):
    template_store.add_template(store, Channel.EMAIL, "Only one", "How was it? {link}", "Hello", NOW)
    app = opened()

    assert app.button[-1].disabled
    assert "There is no template for SMS" in said(app)


def test_a_known_sender_is_found_however_the_name_is_capitalised_and_a_new_one_joins(store: Store):
    known = commands.member(store, "Sam Sender", NOW)

    assert asking.member_id("sam sender") == known
    assert asking.member_id("Sue Sender") != known
    assert list(queries.members(store).values()) == ["Sam Sender", "Sue Sender"]


@pytest.mark.parametrize(
    "name", ["<b>Ann</b>", "**Ann** :smile:", "=1+1", "🎉 Ann", "أحمد علي", "[x](http://a.co)", "$a$"]
)
def test_a_name_of_any_kind_is_kept_and_shown_as_text(app: AppTest, store: Store, name: str):
    press(fill(app, name=name, phone="2025550143"))

    assert requests(store)[0]["contact_name"] == name
    assert f"Queued for **{literal(name)}**" in said(app)


def test_literal_leaves_no_markdown_and_no_link():
    assert literal("**B** <i>\n:smile:") == "\\*\\*B\\*\\* \\<i\\> \\:\u2060smile\\:"
    for icon in (":material/home:", ":streamlit:", ":+1:", ":100:", "a:heart:b"):
        assert icon not in literal(icon).replace("\\", "")
    assert "10:30:45" in literal("10:30:45").replace("\\", "")
    assert "www." not in literal("www.example.com").replace("\\", "")
    assert "@example" not in literal("a@example.com").replace("\\", "")


def test_a_time_is_that_of_the_readers_clock():
    typed = datetime(2026, 7, 1, 10, 0)  # noqa: DTZ001

    assert at_time(typed, NOW, BERLIN).due_at == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused():
    skipped = datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001

    assert "The clocks skip 02:30" in str(at_time(skipped, NOW, BERLIN).trouble)


def test_more_than_a_year_ahead_is_refused():
    assert "more than a year" in str(after_delay(400, "days", NOW).trouble)
    assert "more than a year" in str(at_time(datetime(2028, 1, 1), NOW, UTC).trouble)  # noqa: DTZ001
    assert after_delay(30, "days", NOW).due_at == NOW + timedelta(days=30)


def test_a_sender_needs_a_name(store: Store):
    assert asking.sender_trouble("") == "Choose who asks, or type a name."
    assert asking.sender_trouble("Sam") is None
    assert "shorten it" in str(asking.sender_trouble("x" * 201))


def test_segments_are_said_in_words():
    assert in_words(count("x" * 132)) == "1 SMS segment · 132 of 160 characters · GSM-7"
    assert in_words(count("x" * 180)) == "2 SMS segments · 180 of 306 characters · GSM-7"


def test_the_characters_that_make_a_text_dear_are_named():
    text = "It’s\u200b" + "x" * 80
    words = why_dear(count(text), count(plain(text)))

    assert words.startswith("“’”, zero width space need UCS-2")
    assert "would save 1 segment." in words


class TestATemplateThatCannotBeSent:
    def test_one_whose_text_is_refused_says_why_and_is_not_queued(self, app: AppTest, store: Store):
        with store.transaction() as work:
            work.rows("UPDATE template SET body = 'Give {business} a 5-star review: {link} Reply STOP to opt out'")
        press(fill(app.run(), name="Ann Lee", phone="(202) 555-0143"))
        assert "a number of stars" in " ".join(troubles(app))
        assert requests(store) == []

    def test_one_that_is_stopped_says_so_and_is_not_queued(self, app: AppTest, store: Store):
        used = next(one["id"] for one in queries.templates(store) if one["channel"] == Channel.SMS)
        with store.transaction() as work:
            stops.stop(work, Stop("template", str(used), "provider", "WhatsApp paused the template", "twilio"), NOW)
        press(fill(app.run(), name="Ann Lee", phone="(202) 555-0143"))
        assert "WhatsApp paused the template" in " ".join(troubles(app))
        assert requests(store) == []
