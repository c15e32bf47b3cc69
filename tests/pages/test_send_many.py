"""The Import page: what becomes of each row is seen first, and the same file queues nothing twice."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data import commands, csvfile, queries, stops, template_store
from data.filters import Filters
from data.lifecycle import Channel
from data.stops import Stop
from data.store import Store, StoreUnavailable
from pages import workspace as pages
from pages.workspace import Workspace
from tests.builders import NOW
from tests.pages.conftest import workspace

ROOT = Path(__file__).parents[2]
SAMPLE = Path(csvfile.__file__).with_name("sample.csv").read_bytes()


@pytest.fixture
def store(duckdb_store: Store) -> Store:
    pages.use(workspace(lambda: duckdb_store))
    commands.member(duckdb_store, "Sam Sender", NOW)  # the only one is chosen already
    return duckdb_store


def opened() -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=60).run()
    return app.switch_page("send_many.py").run()


def drop(app: AppTest, raw: bytes, name: str = "people.csv") -> AppTest:
    app.file_uploader[0].upload(name, raw, "text/csv")
    app.run()
    assert not app.exception
    return app


def lines(*rows: str, headings: str = "Name,Phone,Email") -> bytes:
    return "\n".join([headings, *rows]).encode()


def press(app: AppTest) -> AppTest:
    next(button for button in app.button if button.key == "import-queue").click()
    app.run()
    assert not app.exception
    return app


def counts(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def verdicts(app: AppTest, shown: str | None = None) -> dict[str, str]:
    """Verdicts by name, of the group that is shown or asked for."""
    if shown:
        next(group for group in app.button_group if group.label == "Rows").set_value(shown).run()
    table = next(table.value for table in app.dataframe if "Verdict" in table.value)
    return dict(zip(table["Name"], table["Verdict"], strict=True))


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption, *app.error)).replace("\\", "")


def requests(store: Store) -> list[dict]:
    return store.rows("SELECT * FROM request ORDER BY id")


def test_the_sample_is_imported_from_file_to_queue(store: Store):
    app = drop(opened(), SAMPLE, "sample.csv")

    assert counts(app) == {"Will be sent": "12", "Not sent": "0", "Already imported": "0"}
    assert requests(store) == []  # nothing before the button

    press(app)

    assert len(requests(store)) == 12
    assert {row["trigger"] for row in requests(store)} == {"import"}
    assert {row["channel"] for row in requests(store)} == set(Channel)
    assert "12 requests queued" in said(app)


def test_the_same_file_twice_queues_nothing_twice(store: Store):
    app = press(drop(opened(), SAMPLE))
    drop(app, SAMPLE, "renamed.csv")

    assert counts(app) == {"Will be sent": "0", "Not sent": "0", "Already imported": "12"}
    assert next(button for button in app.button if button.key == "import-queue").disabled
    assert "Everybody in this file was imported before" in said(app)
    assert len(requests(store)) == 12


def test_every_row_that_is_not_sent_says_why(store: Store):
    app = drop(
        opened(),
        lines("Ann Lee,2025550143,ann@example.com", "Bo Li,12,", "Cy Ro,,cy@", "Di Ma,,", "Ed Wu,(202) 555-0143,"),
    )

    assert counts(app)["Will be sent"] == "1"
    found = verdicts(app, "Not sent")
    assert "too short" in found["Bo Li"]
    assert "is not an email address" in found["Cy Ro"]
    assert "neither a phone number nor an email" in found["Di Ma"]
    assert found["Ed Wu"] == "Same phone number as line 2."
    assert any(button.label == "Download rows not sent" for button in app.get("download_button"))


def test_names_of_any_kind_stand_in_the_table_as_text(store: Store):
    names = ["<b>Ann</b>", "**Bo**", "=SUM(A1)", "🎉 Cy", "أحمد", "[x](a.co)"]
    app = drop(opened(), lines(*(f"{name},20255501{place:02},," for place, name in enumerate(names, 10))))

    assert list(verdicts(app)) == names

    press(app)

    assert [row["contact_name"] for row in requests(store)] == names


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf\r\n", "Nobody is in this file"),
        (b"Name,Phone\n", "Nobody is in this file"),
        (b"PK\x03\x04" + b"\0" * 200, "Excel or OpenDocument workbook"),
        (bytes(range(256)) * 20, "not a text file"),
        (b'Name,Phone\n"Ann,2025550143\n', "is never closed"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(store: Store, raw: bytes, sentence: str):
    app = drop(opened(), raw)

    assert sentence in said(app)
    assert app.file_uploader  # there is room for the next


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_semicolon_file_in_any_common_encoding_is_read(store: Store, encoding: str):
    text = 'Name;Telefon;E-Mail\n"Zoë\nMüller";2025550143;\n'
    app = press(drop(opened(), text.encode(encoding)))

    assert requests(store)[0]["contact_name"] == "Zoë Müller"
    assert "1 request queued" in said(app)


def test_columns_that_were_not_recognised_can_be_chosen(store: Store):
    app = drop(opened(), lines("Ann Lee,x", headings="Foo,Bar"))

    assert "Choose the column with the phone number" in said(app)
    assert not app.metric

    next(box for box in app.selectbox if box.label == "Phone").set_value(1).run()

    assert counts(app)["Not sent"] == "1"


def test_another_file_lets_go_of_the_first(store: Store):
    app = drop(opened(), SAMPLE)
    next(button for button in app.button if button.label == "Another file").click().run()

    assert app.file_uploader
    assert not app.metric


def test_without_a_sender_nothing_is_queued(duckdb_store: Store, store: Store):
    commands.member(store, "Sue Sender", NOW)  # two of them: nobody is chosen
    app = press(drop(opened(), SAMPLE))

    assert said(app).count("Choose who asks, or type a name.") == 2  # at the field and at the button
    assert requests(store) == []


def test_a_template_that_cannot_be_sent_disables_the_button(store: Store):
    template_store.add_template(store, Channel.SMS, "Broken", "Hi {frist_name} {link}", None, NOW)
    app = drop(opened(), lines("Ann Lee,2025550143,"))

    assert "did you mean {first_name}" in said(app)
    assert next(button for button in app.button if button.key == "import-queue").disabled


def test_a_row_may_name_its_template(store: Store):
    app = drop(opened(), lines("Ann,2025550143,Text reminder", "Bo,2025550144,Nope", headings="Name,Phone,Template"))

    assert verdicts(app, "Not sent") == {"Bo": "There is no template called “Nope”."}


def test_a_row_that_names_a_stopped_template_is_not_sent_and_says_why(store: Store):
    template_store.starter_templates(store, NOW)
    used = next(row["id"] for row in queries.templates(store) if row["name"] == "Text reminder")
    with store.transaction() as work:
        stops.stop(work, Stop("template", str(used), "provider", "WhatsApp paused the template", "twilio"), NOW)
    app = drop(opened(), lines("Ann,2025550143,Text reminder", "Bo,2025550144,", headings="Name,Phone,Template"))

    assert counts(app)["Will be sent"] == "1"
    assert "WhatsApp paused the template" in verdicts(app, "Not sent")["Ann"]


def test_an_import_goes_on_where_the_store_failed(store: Store):
    app = drop(opened(), SAMPLE)
    pages.use(_failing_once(store))
    app = press(app)

    assert "The disk is full" in said(app)

    next(button for button in app.button if button.label == "Try again").click().run()

    assert len(requests(store)) == 12
    assert "12 requests queued" in said(app)


def _failing_once(store: Store) -> Workspace:
    """A store whose next long transaction meets a full disk."""

    class Failing:
        left = 1

        def __getattr__(self, name: str):
            return getattr(store, name)

        def transaction(self, *, alone: bool = False):
            if self.left:
                self.left -= 1
                raise StoreUnavailable("The disk is full.")
            return store.transaction(alone=alone)

    return workspace(Failing)


def test_what_became_of_a_file_is_one_press_away(store: Store):
    rows = [f"Ann {at},+1202555010{at},ann{at}@example.com,VISIT-{at}" for at in range(3)]
    press(drop(opened(), lines("Zoe,+12025550150,zoe@example.com,"), "may.csv"))
    app = press(drop(opened(), lines(*rows, headings="Name,Phone,Email,Reference"), "may.csv"))
    link = next(one for one in app.get("page_link") if one.label == "See them in Requests")
    assert link.query_string == "from=may.csv+%282%29"

    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=60)
    app.query_params["from"] = "may.csv (2)"
    app.run()
    assert "3 requests" in said(app)
    assert queries.summary(store, Filters(search="VISIT-2")).count() == 1
    next(one for one in app.text_input if one.key == "q").set_value("visit-1").run()
    assert "1 request" in said(app)
    next(one for one in app.button if one.icon == ":material/filter_alt_off:").click().run()
    assert "4 requests" in said(app)


def test_an_address_of_a_file_that_never_came_says_so(store: Store):
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=60)
    app.query_params["from"] = "gone.csv"
    app.run()
    assert [one.value for one in app.toast] == [
        "This address asks for something that does not exist. Set the filters again."
    ]


def test_who_said_no_can_be_barred_for_good_with_one_press(store: Store):
    app = drop(opened(), lines("Ann,2025550143,,no", "Bo,2025550144,,yes", headings="Name,Phone,Email,Consent"))
    assert store.rows("SELECT basis FROM suppression") == []
    next(button for button in app.button if button.key == "import-never").click().run()
    assert not app.exception
    assert store.rows("SELECT basis, address FROM suppression") == [{"basis": "never_ask", "address": "+12025550143"}]
    assert "Never asked again: one address that said no" in said(app)
    next(button for button in app.button if button.key == "import-never-undo").click().run()
    assert store.rows("SELECT basis FROM suppression WHERE lifted_at IS NULL") == []


def test_never_asking_is_offered_only_where_it_would_bar_anybody(store: Store):
    app = drop(opened(), b"Name,Email,Accepts SMS Marketing\nAnn,ann@example.com,no\n")
    assert [button.key for button in app.button if button.key == "import-never"] == []
