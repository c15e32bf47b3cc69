"""The names of people: what may be typed for one, what to greet by, and what stands for none."""

import re

from data.checks.typed import Checked, one_line

NAME_LIMIT = 200
_TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor rev reverend hon sir capt lt herr frau fraulein med dent vet ing dipl mag
    sr sra srta señor señora mme mlle monsieur madame mademoiselle signor signora dott dhr mevr mevrouw meneer
    """.split()
)
_BETWEEN_NAMES = frozenset(["and", "&", "+", "und", "et", "e", "y", "en", "og", "och"])
_AFTER_A_NAME = frozenset(["jr", "sr", "ii", "iii", "md", "phd", "esq", "cpa", "dds", "rn"])
_NO_GREETING = re.compile(r"[\d@/#(:]|www\.", re.IGNORECASE)  # an id, an address or a remark is in it
_INITIALS = re.compile(r"\w|(\w\.)+\w?")
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_NOBODY = frozenset(  # what programs and people write where they know none
    """
    null nil nan none na n/a undefined unknown anonymous blank empty no name the customer client guest visitor walk-in
    walkin test
    """.split()
)
# A word of these anywhere, and it is no person's name; a wrong guess costs no more than the template's fallback.
_SEVERAL = frozenset(
    """
    family familie fam familia famille famiglia família familj familien eheleute household residence residents estate
    trust bros brothers sons daughters inc incorporated llc ltd limited llp plc corp corporation gmbh mbh ug ohg kgaa
    sarl eurl sas srl spa bv bvba nv oy oyj aps pty pte company group holding holdings service services solutions
    systems consulting partners associates enterprises industries international properties realty construction plumbing
    roofing landscaping electrical heating cleaning motors garage logistics transport foods bakery catering restaurant
    cafe café bistro pizzeria hotel motel resort salon studio clinic dental dentistry pharmacy hospital academy school
    university institute foundation association society club department dept office reception accounts accounting
    payable admin administration marketing support billing info team staff store shop boutique supply equipment rentals
    media designs productions technologies software insurance investments ventures management agency committee council
    praxis kanzlei bäckerei werkstatt verein
    """.split()
)
_SHORT_FORMS = frozenset(["AG", "KG", "SE", "AB", "AS", "SA", "SL", "CO", "LP", "PC", "EV", "EK"])  # at the end
_NUMBERED = re.compile(r"\b(room|table|unit|suite)\W*\d", re.IGNORECASE)
# Na Li, Nan Goldin, Hon Li, Trust Moyo: where they come first, and titles where nothing but a surname follows.
_ALSO_FIRST_NAMES = frozenset(["na", "nan", "hon", "ing", "mag", "vet", "media", "trust"])


def name(text: str) -> Checked:
    """A person's name on one line."""
    value = one_line(text)
    if not value:
        return Checked(trouble="Write the name of the person you are asking.")
    if len(value) > NAME_LIMIT:
        return Checked(trouble=f"This name has {len(value)} characters; shorten it to {NAME_LIMIT} or fewer.")
    if "\ufffd" in value:
        return Checked(trouble=f"Some letters in “{value}” were lost (�); write the name again.")
    return Checked(value)


def first_name(full: str) -> str:
    """The name to greet with, or "" when the full name holds none: "Dr. Ann Lee" and "LEE, ANN" give "Ann", the name of
    a family or a company gives nothing."""
    if _is_of_several(full):
        return ""
    before, _, after = full.partition(",")
    given = [word for word in after.replace(",", " ").split() if word.replace(".", "").lower() not in _AFTER_A_NAME]
    # "J. Smith", "Mr. Lee": an initial or a surname is no greeting, so the template's fallback takes its place.
    words = given or before.split()[: max(1, len(before.split()) - 1)]
    no_name = (_TITLES if len(full.split()) > 2 else _TITLES - _ALSO_FIRST_NAMES) | _BETWEEN_NAMES
    greeting = [word for word in words if not word.endswith(".") and word.lower() not in no_name]
    first = greeting[0] if greeting and not _INITIALS.fullmatch(greeting[0]) and _greets(greeting[0], full) else ""
    return first.title() if first.islower() or (first.isupper() and len(first) > 2) else first


def is_name(full: str) -> bool:
    """Whether this may be what somebody is called: not "NULL", "n/a", a number or an address."""
    return not _ADDRESS.search(full) and any(_is_word(word) for word in full.split())


def _is_of_several(full: str) -> bool:
    """Whether it names a family, a company or a place: "Smith Family", "Acme, LLC", "Siemens AG", "Smith & Jones"."""
    said = full.replace(",", " ").split()
    words = [word.replace(".", "").replace("/", "") for word in said]
    later = words[1:] if words and _bare(words[0]) in _ALSO_FIRST_NAMES else words
    if _NUMBERED.search(full) or any(_bare(word) in _SEVERAL for word in later):
        return True
    two = len(said) == 3 and _joins(said[1])  # of whom nobody knows whether these are first names
    return two or (len(words) > 1 and words[-1].strip("()") in _SHORT_FORMS)


def _joins(word: str) -> bool:
    """Whether it means "and"; "E" and "Y." are the initial of a middle name."""
    return word in _BETWEEN_NAMES if len(word.strip(".")) == 1 else _bare(word) in _BETWEEN_NAMES


def _is_word(word: str) -> bool:
    return word[0] != "#" and any(map(str.isalpha, word)) and _bare(word) not in _NOBODY


def _greets(word: str, full: str) -> bool:
    return is_name(full) and not _NO_GREETING.search(word) and (_is_word(word) or _bare(word) in _ALSO_FIRST_NAMES)


def _bare(word: str) -> str:
    return word.strip("()[]<>#.,-").casefold()
