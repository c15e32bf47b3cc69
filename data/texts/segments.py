"""How many SMS segments a text costs, by GSM 03.38 (3GPP TS 23.038) and its concatenation rules.

Own code: of the packages on PyPI that count segments none is both released (beyond 0.0.1) and kept up.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each is an escape and a character
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "…": "...", "•": "-"}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " ")
    | dict.fromkeys("\u200b\u200e\u200f\ufeff\u00ad", "")
)
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}  # units in a lone segment, and in each of several


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs as SMS; `left` units still fit into its last segment."""

    encoding: str
    units: int
    segments: int
    per_segment: int
    left: int
    forcing: tuple[str, ...]
    """The characters, in order of appearance, that cost the text its cheap encoding."""


def count(text: str) -> Segments:
    """The encoding, units and segments of `text`; no character is ever split between two segments."""
    forcing = tuple(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))
    encoding = "UCS-2" if forcing else "GSM-7"
    costs = [1 + (ord(c) > 0xFFFF) for c in text] if forcing else [1 + (c in _EXTENDED) for c in text]
    units, (alone, joined) = sum(costs), _ROOM[encoding]
    if units <= alone:
        return Segments(encoding, units, int(units > 0), alone, alone - units, forcing)
    segments, left = _filled(costs, joined)
    return Segments(encoding, units, segments, joined, left, forcing)


def _filled(costs: list[int], room: int) -> tuple[int, int]:
    segments, left = 1, room
    for cost in costs:
        if cost > left:
            segments, left = segments + 1, room
        left -= cost
    return segments, left


def plain(text: str) -> str:
    """The text with typographic quotes, dashes and spaces in the plain form that GSM-7 knows."""
    return text.translate(_PLAIN)
