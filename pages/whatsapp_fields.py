"""What the provider has to know of a WhatsApp template: its approved name, language, category and variables."""

from dataclasses import replace

import streamlit as st

from data.template_store import Draft
from data.texts.templates import FIELDS
from data.texts.whatsapp import CATEGORIES, provider_problems, rejected
from pages.asking import beside
from pages.workspace import workspace

_MOST_VARIABLES = 10


def whatsapp_fields(draft: Draft, key: str) -> Draft:
    """The draft with them; troubles stand below."""
    with st.container(border=True, gap="small"):
        st.markdown("**As approved at the provider**")
        left, middle, right = st.columns([3, 1, 2])
        with left:
            name = st.text_input(
                "Template name", draft.provider_name or "", key=f"provider-{key}", live="300ms", max_chars=512,
                persist_state="session",
                placeholder="HX… at Twilio, visit_review at Meta",
                help="Twilio's content SID, or the name under which Meta approved it",
            )  # fmt: skip
        with middle:
            language = st.text_input(
                "Language",
                draft.language or "",
                key=f"language-{key}",
                max_chars=6,
                placeholder="en",
                persist_state="session",
            )
        with right:
            category = st.segmented_control(
                "Category",
                CATEGORIES,
                default=draft.category,
                key=f"category-{key}",
                format_func=str.capitalize,
                persist_state="session",
            )
        filled = replace(
            draft, provider_name=(name or "").strip() or None, language=(language or "").strip() or None,
            category=category, variables=_variables(draft, key),
        )  # fmt: skip
        _troubles(filled)
    return filled


def _variables(draft: Draft, key: str) -> dict[str, str]:
    """The provider's variables, and what goes into each."""
    many = st.number_input(
        "Variables", 0, _MOST_VARIABLES, value=len(draft.variables), key=f"variables-{key}", width=160,
        help="How many variables the approved text has", persist_state="session",
    )  # fmt: skip
    rows = list(draft.variables.items())
    found: dict[str, str] = {}
    for place in range(int(many or 0)):
        theirs, ours = rows[place] if place < len(rows) else (str(place + 1), None)
        left, right = st.columns([1, 3])
        name = left.text_input("Theirs", theirs, key=f"theirs-{place}-{key}", max_chars=40, persist_state="session")
        options = [*FIELDS, *([ours] if ours and ours not in FIELDS else [])]
        chosen = right.selectbox(
            "Ours", options, index=options.index(ours) if ours else None, key=f"ours-{place}-{key}",
            persist_state="session", accept_new_options=True,
            placeholder="Choose a field, or type a text such as {first_name|there}",
        )  # fmt: skip
        found[(name or "").strip()] = (chosen or "").strip()
    return found


def _troubles(draft: Draft) -> None:
    for trouble in provider_problems(draft.provider_name, draft.language, draft.category, draft.variables):
        beside(trouble)
    beside(rejected(draft.provider_name, workspace().providers["whatsapp"]))
    if draft.category == "marketing":
        st.markdown(
            ":small[:orange[:material/warning:] Marketing templates do not reach numbers that begin with +1: "
            "those people are not asked by WhatsApp.]"
        )
    if draft.provider_name:
        st.caption("What goes out is the text the provider approved; keep the one above the same, it is what you see.")
