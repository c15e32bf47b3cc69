"""A page of the console, opened and used by what it says."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from data.queries import templates
from data.store import Store

CONSOLE = str(Path(__file__).parents[2] / "pages/console.py")


def opened(page: str = "template_list.py") -> AppTest:
    return AppTest.from_file(CONSOLE, default_timeout=30).run().switch_page(page).run()


def words(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(one.value for one in [*app.title, *app.subheader, *app.markdown, *app.caption, *app.text])


def pressed(app: AppTest, key: str) -> AppTest:
    return app.button(key=key).click().run()


def typed(app: AppTest, label: str, value: str) -> AppTest:
    return field(app, label).set_value(value).run()


def field(app: AppTest, label: str):
    fields = [*app.text_input, *app.text_area, *app.number_input, *app.time_input]
    return next(one for one in fields if one.label == label)


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def id_of(store: Store, name: str) -> int:
    return next(row["id"] for row in templates(store) if row["name"] == name)
