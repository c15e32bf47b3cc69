"""What the linter looks for in other languages than English, as lint_languages.csv has it.

Patterns are without accents and ignore case; `<gift>` in one stands for the word of that name in its language. A clear
case is refused, what is as often innocent only warned about, and `unless` is innocent context in the same sentence,
which excuses nothing that another language found.
"""

import csv
import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("lint_languages.csv")
UNLESS = "unless"


@cache
def patterns() -> dict[str, dict[tuple[str, str], tuple[str, ...]]]:
    """Of each language, by a rule's code and a grade: refuse, warn, unless."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    words = {(row["language"], row["grade"]): f"(?:{row['pattern']})" for row in rows if row["rule"] == "word"}
    found: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {}
    for row in rows:
        if row["rule"] != "word":
            language = row["language"]
            whole = re.sub(r"<(\w+)>", lambda name, of=language: words[of, name[1]], row["pattern"])
            of_language = found.setdefault(language, {})
            key = row["rule"], row["grade"]
            of_language[key] = (*of_language.get(key, ()), whole)
    return found
