"""Can I ask her again? Both drawers say from when or why not, and lead to the form with her in it."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data import erasure, people
from data.lifecycle import Channel
from engine import policy
from pages import workspace as pages
from tests.builders import always_open, ask, row, sent, tell, template
from tests.pages.conftest import EMAIL, PHONE, workspace
from tests.pages.driving import CONSOLE, pressed
from tests.pages.driving import words as shown


@pytest.fixture
def store(store):
    pages.use(workspace(lambda: store, judge=policy.judge))
    always_open(store)
    return store


def words(app: AppTest) -> str:
    return shown(app).replace("\\", "")


def drawer(page: str, **opens: int) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    for key, id in opens.items():
        app.session_state[key] = id
    return app.switch_page(page).run()


def asked(store, days_ago: int, channel: Channel = Channel.SMS) -> tuple[int, int]:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    (id,) = sent(store, name="Ann Lee", phone=PHONE, email=EMAIL, channel=channel, at=at)
    who = row(store, id)["contact_id"]
    with store.transaction() as work:
        reach = {"contact_id": who, "request_id": id, "message_id": id, "reached_at": at}
        work.append("reach", {name: [value] for name, value in reach.items()})
    return id, who


@pytest.mark.parametrize(("days_ago", "may"), [(3, False), (400, True)])
def test_both_drawers_say_whether_they_may_be_asked_again(store, days_ago: int, may: bool):
    request, who = asked(store, days_ago)
    for said in (words(drawer("request_list.py", story=request)), words(drawer("contact_list.py", person=who))):
        assert ("May be asked again now by SMS" in said) is may
        assert ("Not to be asked now. Asked on" in said and "may be asked again from" in said) is not may


def test_who_must_not_be_written_to_is_not_to_be_asked(store):
    request, who = asked(store, 400)
    people.never_ask(store, who, "", "Sam", datetime.now(UTC), UTC)
    assert "Not to be asked now. Must not be written to" in words(drawer("request_list.py", story=request))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_the_form_opens_with_the_person_in_it(store, channel: Channel):
    request, _ = asked(store, 400, channel)
    app = pressed(drawer("request_list.py", story=request), f"ask-again-{request}")
    assert app.title[0].value == "Send review request"
    assert [field.value for field in app.text_input][:3] == ["Ann Lee", PHONE, EMAIL]
    assert next(one for one in app.button_group if one.label == "Channel").value == channel


def test_a_form_that_was_begun_for_somebody_else_is_laid_out_anew(store):
    _, who = asked(store, 400)
    app = drawer("send_request.py")
    app.text_input[0].set_value("Bob").run()
    app.session_state["person"] = who
    app = pressed(app.switch_page("contact_list.py").run(), f"ask-again-contact-{who}")
    assert app.text_input[0].value == "Ann Lee"


def test_who_still_waits_or_is_erased_is_not_offered(store):
    (waits,) = ask(store)
    request, who = asked(store, 400)
    erasure.erase(store, who, "Sam", datetime.now(UTC), UTC)
    for app in (drawer("request_list.py", story=waits), drawer("contact_list.py", person=who)):
        assert not [one for one in app.button if one.label == "Ask again"]
    assert not [one for one in drawer("request_list.py", story=request).button if one.label == "Ask again"]


@pytest.mark.parametrize("other", [True, False])
def test_of_an_address_that_failed_nothing_good_is_said_and_the_other_is_offered(store, other: bool):
    at = datetime.now(UTC) - timedelta(days=400)
    template(store, Channel.EMAIL)
    (request,) = sent(store, name="Ann Lee", phone=PHONE, email=EMAIL, at=at)
    who = row(store, request)["contact_id"]
    tell(store, request, "undelivered", at=at)
    if not other:
        with store.transaction() as work:
            work.rows("UPDATE contact SET email = NULL WHERE id = $id", id=who)
    for page, opens in (("request_list.py", {"story": request}), ("contact_list.py", {"person": who})):
        app = drawer(page, **opens)
        said = words(app)
        assert "May be asked again now by SMS" not in said
        assert "SMS did not reach them" in said
        assert ("May be asked again now by Email" in said) is other
        assert ("Put the address right" in said) is not other
        next(one for one in app.button if one.label == "Ask again").click().run()
        channel = next(one for one in app.button_group if one.label == "Channel").value
        assert channel == (Channel.EMAIL if other else Channel.SMS)
