"""Text that people typed, shown letter for letter where Streamlit would read Markdown."""

import re

_MARKED = frozenset("\\`*_{}[]()<>#+-.!|~:$&^=")
_LINKED = re.compile(r"(?<=www)(?=\.)|(?<=http)(?=:)|(?<=https)(?=:)|(?<=@)", re.IGNORECASE)
_PICTURED = re.compile(r"(?<=:)(?=(?:[\w+/-]*[^\W\d][\w+/-]*|100|1234|[+-]1):)")  # ":material/home:", ":heart:"
_JOINER = (
    "\u2060"  # has no width; keeps addresses from becoming links and words from becoming icons, which no escape does
)


def literal(text: str) -> str:
    """Markdown, on one line, that shows `text` as it is."""
    joined = _PICTURED.sub(_JOINER, _LINKED.sub(_JOINER, " ".join(text.split())))
    return "".join(f"\\{c}" if c in _MARKED else c for c in joined)
