"""A dropped file: how it was understood, and which of its columns is what."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from pathlib import Path

import streamlit as st

from data import csvfile
from data.checks.typed import shortened
from data.csvfile import DELIMITERS, MAX_BYTES, CsvFile
from data.csvfile.columns import Mapping
from data.csvfile.text import ENCODINGS, Problem
from pages.asking import beside
from pages.import_job import Dropped, another, current
from pages.literal import literal
from pages.wording import count
from pages.workspace import workspace

_ALWAYS = ("name", "phone", "email")
SAMPLE = Path(csvfile.__file__).with_name("sample.csv")
LABELS = {
    "name": "Name", "first_name": "First name", "last_name": "Last name", "phone": "Phone", "email": "Email",
    "channel": "Channel", "template": "Template", "reference": "Reference", "visited": "Visited",
    "zone": "Time zone", "state": "State or province", "country": "Country", "postal": "Postal code",
    "consent": "Consent",
}  # fmt: skip


def drop() -> None:
    """The place to drop a file; one that cannot be read says why and leaves room for the next."""
    uploaded = st.file_uploader(
        "A CSV with a line for each person", key=f"import-file-{current().round}",
        max_upload_size=MAX_BYTES // 1_000_000,
        help="From a spreadsheet: Save as… CSV UTF-8. Any delimiter and encoding is read.",
    )  # fmt: skip
    if uploaded is None:
        st.caption(
            f"A phone number or an email address is enough; name, channel, template, reference, "
            f"date of the visit, time zone, state, country, postal code and consent are welcome. "
            f"Numbers without a country code are read as {workspace().region} numbers. "
            "The same file may be dropped again: nobody is queued twice."
        )
        if current().result is None:
            _example()
        return
    with st.spinner("Reading the file"):
        found = csvfile.read(raw := uploaded.getvalue())
    if isinstance(found, Problem):
        st.error(literal(found.sentence), icon=":material/error:")
        return
    current().dropped = Dropped(uploaded.name, raw, found)
    st.rerun()


def _example() -> None:
    found = csvfile.read(SAMPLE.read_bytes())
    if isinstance(found, CsvFile):
        st.space("small")
        st.markdown("**A file may look like this**")
        _rows_of(found, 4)


def _rows_of(file: CsvFile, number: int) -> None:
    rows = file.sample(number)
    st.dataframe(
        {header: [_cell(row, place) for row in rows] for place, header in enumerate(file.headers)}, hide_index=True
    )


def file_card(dropped: Dropped, *, settled: bool) -> None:
    """How the file was understood, and the way to read it otherwise while that is not settled."""
    file = dropped.file
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap="xxsmall"):
            st.markdown(f":material/description: **{literal(dropped.name)}**")
            st.caption(
                f"{count(len(file.rows))} row{'' if len(file.rows) == 1 else 's'} · {len(file.headers)} columns · "
                f"{literal(file.encoding)} · separated by {DELIMITERS[file.delimiter]}"
            )
        if not settled:
            st.selectbox(
                "Encoding", list(ENCODINGS), index=None, format_func=ENCODINGS.__getitem__,
                placeholder="Other encoding", key=f"import-encoding-{current().round}", label_visibility="collapsed",
                width=230, on_change=_reread, persist_state="session",
            )  # fmt: skip
            st.button("Another file", icon=":material/close:", on_click=another)
    for note in (*file.notes, *st.session_state.pop("import-note", ())):
        _warn(literal(note))


def _reread() -> None:
    dropped, encoding = current().dropped, st.session_state[f"import-encoding-{current().round}"]
    if dropped is None:
        return
    found = csvfile.read(dropped.raw, encoding)
    if isinstance(found, CsvFile):
        current().dropped = Dropped(dropped.name, dropped.raw, found, encoding)
    else:
        st.session_state["import-note"] = (found.sentence,)


def mapping_card(dropped: Dropped) -> Mapping:
    """Which column is what: guessed, and corrected by the person."""
    guess, headers = dropped.guess, dropped.file.headers
    names = [field.name for field in fields(Mapping) if field.name != "consent"]
    shown = [name for name in names if name in _ALWAYS or getattr(guess, name) is not None]
    rest = [name for name in names if name not in shown]
    with st.container(border=True, height="stretch"):
        st.markdown("**Columns**")
        chosen = _pickers(dropped, shown)
        consent = st.multiselect(
            LABELS["consent"], range(len(headers)), default=guess.consent, format_func=headers.__getitem__,
            key=f"import-consent-{dropped.key}", placeholder="Not in the file", persist_state="session",
            help="Whether they agreed, or unsubscribed. Whoever said no in any of these columns is not asked, nor who"
            " says nothing that can be read; a yes is kept as evidence.",
        )  # fmt: skip
        with st.expander("Columns that the file seems not to have"):  # folded away: else a phone shows them first
            chosen |= _pickers(dropped, rest)
        mapping = Mapping(**chosen, consent=tuple(consent))
        beside(mapping.trouble)
        _unused_consent(dropped, {*chosen.values(), *consent})
        with st.expander("First rows of the file"):
            _rows_of(dropped.file, 5)
    return mapping


def _pickers(dropped: Dropped, names: Sequence[str]) -> dict[str, int | None]:
    headers = dropped.file.headers
    with st.grid(2, gap="small"):
        return {
            name: st.selectbox(
                LABELS[name], range(len(headers)), index=getattr(dropped.guess, name), format_func=headers.__getitem__,
                key=f"import-{name}-{dropped.key}", placeholder="Not in the file", persist_state="session",
            )
            for name in names
        }  # fmt: skip


def _unused_consent(dropped: Dropped, used: Collection[int | None]) -> None:
    """Columns in which somebody may have said no, and that nobody looks at."""
    unused = [place for place in dropped.about_consent if place not in used]
    answers = [place for place in dropped.yes_or_no if place not in {*used, *unused}]
    for place in unused:
        _warn(
            f"“{_heading(dropped, place)}” looks like consent but is not used: whoever said no there would be asked."
            " Add it under Consent."
        )
    if answers:
        named = ", ".join(f"“{_heading(dropped, place)}”" for place in answers)
        _warn(
            f"Not used, though every cell says yes or no: {named}. Where that answers whether they may be written to,"
            " add it under Consent, or whoever said no would be asked."
        )


def _heading(dropped: Dropped, place: int) -> str:
    return literal(shortened(dropped.file.headers[place]))


def _warn(text: str) -> None:
    st.markdown(f":small[:orange[:material/warning: {text}]]")


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
