"""A name and a time put right where they are shown."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages import workspace as pages
from pages.workspace import now
from tests.builders import ask, row, sent
from tests.pages.conftest import PHONE, workspace
from tests.pages.driving import CONSOLE, pressed, words


@pytest.fixture
def store(store):
    pages.use(workspace(lambda: store))
    return store


def drawer(page: str, **opens: int) -> AppTest:
    app = AppTest.from_file(CONSOLE, default_timeout=30).run()
    for key, id in opens.items():
        app.session_state[key] = id
    return app.switch_page(page).run()


def toasts(app: AppTest) -> list[str]:
    return [one.value for one in app.toast]


def test_a_name_is_put_right_in_the_drawer(store, ann: int):
    app = drawer("contact_list.py", person=ann)
    app.text_input(key=f"rename-{ann}").set_value(" ").run()
    assert "Write the name" in words(pressed(app, f"rename-save-{ann}"))
    app.text_input(key=f"rename-{ann}").set_value("Ann Leigh").run()
    pressed(app, f"rename-save-{ann}")
    assert store.rows("SELECT name FROM contact") == [{"name": "Ann Leigh"}]
    assert store.rows("SELECT contact_name FROM request") == [{"contact_name": "Ann Leigh"}]


def test_a_phone_is_put_right_in_the_drawer_and_the_queue_goes_along(store, ann: int):
    app = drawer("contact_list.py", person=ann)
    assert f"1 by SMS to \\{PHONE}, queued" in words(app)
    app.text_input(key=f"phone-of-{ann}").set_value("12").run()
    assert "“12”" in words(pressed(app, f"addresses-save-{ann}"))
    app.text_input(key=f"phone-of-{ann}").set_value("(310) 555-0143").run()
    pressed(app, f"addresses-save-{ann}")
    assert store.rows("SELECT address FROM message") == [{"address": "+13105550143"}]
    told = words(app)
    assert "Earlier or other address" in told
    assert f"Goes to another address: from {PHONE} to +13105550143" in words(
        drawer("request_list.py", story=store.rows("SELECT id FROM request")[0]["id"])
    )


def test_the_queue_may_stay_with_the_old_phone(store, ann: int):
    app = drawer("contact_list.py", person=ann)
    app.text_input(key=f"phone-of-{ann}").set_value("+13105550143").run()
    app.checkbox(key=f"addresses-move-{ann}").set_value(False).run()
    app.checkbox(key=f"addresses-stranger-{ann}").set_value(True).run()
    pressed(app, f"addresses-save-{ann}")
    assert store.rows("SELECT address, status FROM message") == [{"address": PHONE, "status": "queued"}]
    assert "Earlier or other address" not in words(app)


def test_what_is_queued_for_a_removed_phone_is_cancelled_and_said(store, ann: int):
    app = drawer("contact_list.py", person=ann)
    app.text_input(key=f"phone-of-{ann}").set_value("").run()
    assert "Saved. 1 queued message was cancelled." in toasts(pressed(app, f"addresses-save-{ann}"))
    assert store.rows("SELECT status FROM message") == [{"status": "cancelled"}]


def test_what_was_queued_once_the_drawer_stood_open_goes_along(store, ann: int):
    with store.transaction() as work:
        work.rows("UPDATE message SET status = 'cancelled'")
    app = drawer("contact_list.py", person=ann)
    assert f"addresses-move-{ann}" not in [one.key for one in app.checkbox]
    app.text_input(key=f"phone-of-{ann}").set_value("+13105550143")
    with store.transaction() as work:
        work.rows("UPDATE message SET status = 'queued'")
    assert "Saved. 1 queued message goes to the new address." in toasts(pressed(app, f"addresses-save-{ann}"))
    assert store.rows("SELECT address FROM message") == [{"address": "+13105550143"}]


def test_a_field_shows_what_somebody_changed_meanwhile_once_it_is_saved(store, ann: int):
    one, two = drawer("contact_list.py", person=ann), drawer("contact_list.py", person=ann)
    one.text_input(key=f"phone-of-{ann}").set_value("+13105550143").run()
    pressed(one, f"addresses-save-{ann}")
    two.text_input(key=f"phone-of-{ann}").set_value("+14155550143").run()
    two.text_input(key=f"email-of-{ann}").set_value("ann@new.example").run()
    assert "Somebody has changed this meanwhile" in words(pressed(two, f"addresses-save-{ann}"))
    assert two.text_input(key=f"phone-of-{ann}").value == "+13105550143"
    pressed(two, f"addresses-save-{ann}")
    kept = {"phone": "+13105550143", "email": "ann@new.example"}
    assert store.rows("SELECT phone, email FROM contact") == [kept]
    pressed(one, f"addresses-save-{ann}")
    assert store.rows("SELECT phone, email FROM contact") == [kept]


def test_whoever_has_the_phone_already_is_offered_to_be_merged(store, ann: int):
    (request,) = ask(store, name="Ann B.", phone="+13105550143", email="b@example.com")
    app = drawer("contact_list.py", person=ann)
    app.text_input(key=f"phone-of-{ann}").set_value("+13105550143").run()
    assert "Another contact has this phone" in words(pressed(app, f"addresses-save-{ann}"))
    pressed(app, f"merge-{ann}-{row(store, request)['contact_id']}")
    assert row(store, request)["contact_id"] == ann


def test_an_ask_that_waits_gets_another_time_in_the_drawer(store):
    (waits,), (left,) = ask(store, now=now(), due_in=timedelta(hours=1)), sent(store)
    app = drawer("request_list.py", story=waits)
    field = app.datetime_input(key=f"retime-{waits}")
    wanted = (field.value + timedelta(days=2)).replace(hour=10, minute=0)
    field.set_value(wanted).run()
    pressed(app, f"retime-{waits}-save")
    assert row(store, waits)["due_at"].replace(tzinfo=None) == wanted
    assert f"Time changed to {wanted:%-d %b %Y}, 10:00 UTC" in words(app)
    assert [one.value for one in app.toast] == ["Saved."]
    assert app.session_state[f"retime-{waits}-pop"] is False
    assert "page_again" not in app.session_state  # the whole page anew would close the drawer for a moment

    app.datetime_input(key=f"retime-{waits}").set_value(wanted - timedelta(days=9)).run()
    assert "This time has passed" in words(pressed(app, f"retime-{waits}-save"))
    assert row(store, waits)["due_at"].replace(tzinfo=None) == wanted

    app = drawer("request_list.py", story=left)
    assert not [one for one in app.button if one.key == f"retime-{left}-save"]
