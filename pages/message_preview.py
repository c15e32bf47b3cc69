"""A message as the one who gets it will see it, letter for letter, and what it costs."""

import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from data.lifecycle import Channel
from data.texts import PREVIEW, Text, segments, unsubscribe_link, with_foot
from data.texts.segments import Segments
from pages.literal import literal
from pages.workspace import workspace

_NOBODYS = "example.com"
_STYLE = Path(__file__).with_name("preview.css")


def preview(channel: Channel, text: Text, business: str, to: str) -> None:
    """The message on a phone or in an inbox; an SMS with its segments below, an email with its foot."""
    st.html(_STYLE)
    if channel is Channel.EMAIL:
        _inbox(text, business, to)
    else:
        _phone(channel, text, business, to)


def link_note() -> None:
    """Where the link of every message leads, and a warning while that is nobody's review page."""
    url, sends = workspace().review_url, set(workspace().providers.values()) != {"sandbox"}
    st.caption(f":material/link: The link leads on to {literal(url)} (REVIEW_URL).")
    if sends and urlsplit(url).hostname == _NOBODYS:
        st.markdown(":small[:red[:material/error: That is only an example: set REVIEW_URL before you ask anybody.]]")


def _to(address: str) -> str:
    return f" to {literal(address)}" if address else ""


def _inbox(text: Text, business: str, to: str) -> None:
    with st.container(key="preview-inbox-row-email", gap=None):
        st.markdown(f"**{literal(business)}**")
        st.markdown(f"{literal(text.subject or '')} :gray[– {literal(text.body[:120])}]")
    with st.container(border=True, gap="small", key="preview-mail-email"):
        with st.container(gap="xxsmall"):
            st.markdown(f"**{literal(text.subject or '')}**")
            st.caption(f"From {literal(business)}{_to(to)}")
        st.text(text.body, width="stretch")
        with st.container(key="preview-foot-email"):
            st.text(_foot(business), width="stretch")


def _foot(business: str) -> str:
    """What is added to every email; the link is a sample, as long as a real one."""
    here = workspace()
    return with_foot("", business, here.business_address, unsubscribe_link(here.public_url, PREVIEW)).strip()


def _phone(channel: Channel, text: Text, business: str, to: str) -> None:
    with st.container(gap="small", key=f"preview-phone-{channel}"):
        with st.container(key=f"preview-phone-head-{channel}"):
            st.caption(f"{channel.label} from {literal(business)}{_to(to)}", text_alignment="center")
        with st.container(key=f"preview-bubble-{channel}"):
            st.text(text.body, width="stretch")
    if channel is Channel.SMS:
        cost(segments.count(text.body), segments.count(segments.plain(text.body)))


def cost(found: Segments, plainer: Segments) -> None:
    """Segments, room and encoding; which characters make it dearer, if some do."""
    st.caption(f":material/sms: {in_words(found)}")
    if found.forcing:
        st.markdown(f":small[:orange[:material/warning: {literal(why_dear(found, plainer))}]]")


def in_words(found: Segments) -> str:
    """Such as "2 SMS segments · 180 of 306 characters · GSM-7"."""
    plural = "" if found.segments == 1 else "s"
    room = found.per_segment * max(found.segments, 1)
    return f"{found.segments} SMS segment{plural} · {found.units} of {room} characters · {found.encoding}"


def why_dear(found: Segments, plainer: Segments) -> str:
    """Names the characters that cost a text its cheap encoding."""
    shown = [_named(character) for character in found.forcing[:6]]
    more = f" and {len(found.forcing) - 6} more" if len(found.forcing) > 6 else ""
    verb = "needs" if len(found.forcing) == 1 else "need"
    sentence = f"{', '.join(shown)}{more} {verb} UCS-2: a segment holds 70 characters instead of 160."
    if plainer.segments < found.segments:
        saved = found.segments - plainer.segments
        noun = "segment" if saved == 1 else "segments"
        return f"{sentence} Plain quotes, dashes and spaces would save {saved} {noun}."
    return sentence


def _named(character: str) -> str:
    visible = character.isprintable() and not character.isspace() and not unicodedata.combining(character)
    return f"“{character}”" if visible else unicodedata.name(character, f"U+{ord(character):04X}").lower()
