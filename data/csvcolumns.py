"""Which column of a dropped CSV is what, by its heading in several languages and by what stands below it."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Mapping:
    """The index of the column for each field, None where the file has none."""

    name: int | None = None
    first_name: int | None = None
    last_name: int | None = None
    phone: int | None = None
    email: int | None = None
    channel: int | None = None
    template: int | None = None
    reference: int | None = None

    @property
    def trouble(self) -> str | None:
        if self.phone is None and self.email is None:
            return "Choose the column with the phone number or the one with the email address."
        return None


# Headings without accents, spaces and punctuation; the better one first, so that a mobile number wins over a landline.
HEADINGS: dict[str, tuple[str, ...]] = {
    "email": tuple(
        "email emailaddress mail mailaddress emailadresse mailadresse courriel adressemail adresseemail correo "
        "correoelectronico eposta epost epostadress sahkoposti emailadres emailcim почта электроннаяпочта имейл "
        "メール メールアドレス 邮箱 電子郵件 이메일".split()
    ),
    "phone": tuple(
        "mobile mobilephone mobilenumber cell cellphone cellular whatsapp whatsappnumber sms handy handynummer mobil "
        "mobiltelefon mobilnummer movil telefonomovil celular portable telephoneportable cellulare telemovel gsm "
        "mobiel komorka matkapuhelin мобильный 手机 携帯 휴대폰 phone phonenumber phoneno telephone telephonenumber tel "
        "contactnumber telefon telefonnummer rufnummer telefono numerodetelefono numerodetelephone telefone "
        "telefoonnummer telefoon telefonnumer puhelin телефон 電話 电话 電話番号 전화".split()
    ),
    "first_name": tuple(
        "firstname first givenname forename vorname prenom primernombre primeironome voornaam fornamn fornavn imie "
        "etunimi keresztnev krestnijmeno ad 名 이름".split()
    ),
    "last_name": tuple(
        "lastname last surname familyname nachname familienname nomdefamille apellido apellidos cognome sobrenome "
        "achternaam efternamn etternavn efternavn nazwisko sukunimi vezeteknev prijmeni soyad soyadi фамилия 姓".split()
    ),
    "name": tuple(
        "fullname name customername clientname contactname recipientname patientname guestname customer client contact "
        "recipient patient guest nombrecompleto nombreyapellidos nombre nomcomplet nometprenom nom nomecompleto "
        "nomeecognome nome kundenname kunde vollername naam volledigenaam namn navn imieinazwisko nimi nev jmeno "
        "adsoyad isim фио имя 姓名 名前 氏名 お名前 성명".split()
    ),
    "channel": tuple(
        "channel via sendvia sendby contactmethod preferredchannel kanal versandart canal canale kanaal канал".split()
    ),
    "template": tuple(
        "template templatename vorlage modele plantilla modello modelo sjabloon szablon mall шаблон".split()
    ),
    "reference": tuple(
        "reference ref externalid customerid customernumber clientid contactid patientid orderid ordernumber orderno "
        "order invoice invoicenumber invoiceno bookingid appointmentid jobid jobnumber ticket crmid id referenz "
        "kundennummer bestellnummer auftragsnummer rechnungsnummer numerodecommande commande referencia pedido "
        "riferimento ordine referentie bestelnummer zamowienie номерзаказа 番号".split()
    ),
}
# A heading with one of these words is about something else: "Email opt-in", "Phone type", "Company name", "Fax".
_ABOUT_OTHERS = frozenset(
    "optin opt consent type status unsubscribed date verified valid fax company business firma staff agent employee "
    "sender user username file product source count country code label campaign".split()
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+>?")
_PHONE = re.compile(r"'?(?:tel:)?\+?[\d\s().\-/]{7,24}")
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")
_NAME = re.compile(r"[^\W\d_][^\d@:/_]{1,60}")


def guess_columns(headers: Sequence[str], sample_rows: Rows) -> Mapping:
    """The columns as a person would choose them, each used once; what the content contradicts is left out."""
    found: dict[str, int] = {}
    for field in HEADINGS:
        best = max(
            (place for place in range(len(headers)) if place not in found.values()),
            key=lambda place: _score(field, headers[place], _cells(sample_rows, place)),
            default=None,
        )
        if best is not None and _score(field, headers[best], _cells(sample_rows, best)) > 0:
            found[field] = best
    return _whole_names(Mapping(**found), headers, sample_rows)


def _cells(rows: Rows, place: int) -> list[str]:
    return [row[place].strip() for row in rows if place < len(row) and row[place].strip()]


def _score(field: str, header: str, cells: Sequence[str]) -> float:
    """How well a column fits: 2-3 by an exact heading, 1-2 by a word in it, below 1 by its content alone."""
    fits = CONTENT.get(field)
    share = sum(map(fits, cells)) / len(cells) if fits and cells else None
    if fits and share is not None and share < 0.2:
        return 0
    by_heading = _by_heading(field, header)
    if by_heading:
        return by_heading
    numbered = re.fullmatch(r"Column \d+", header) is not None
    return 0.9 * share if share and share >= 0.6 and (field in ("email", "phone") or numbered) else 0


def _by_heading(field: str, header: str) -> float:
    words = _words(header)
    known = HEADINGS[field]
    if (whole := "".join(words)) in known:
        return 3 - known.index(whole) / len(known)
    if _ABOUT_OTHERS.intersection(words) or field in ("name", "channel"):
        return 0
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    return max((2 - known.index(run) / len(known) for run in runs if run in known and len(run) > 2), default=0)


def _words(header: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", header) if not unicodedata.combining(c))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold().replace("e-mail", "email").replace("e-post", "epost")
    return [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", spaced)) if word]


def _is_phone(cell: str) -> bool:
    digits = sum(c.isdecimal() for c in cell)
    return 7 <= digits <= 15 and bool(_PHONE.fullmatch(cell)) and not _DATE.fullmatch(cell)


CONTENT: dict[str, Callable[[str], bool]] = {
    "email": lambda cell: bool(_EMAIL.search(cell)),
    "phone": _is_phone,
    "name": lambda cell: bool(_NAME.fullmatch(cell)),
}


def _whole_names(mapping: Mapping, headers: Sequence[str], rows: Rows) -> Mapping:
    """ "Name, Vorname" and "Nombre, Apellidos" are halves of one name; "Name, First name" repeats it."""
    if mapping.name is None:
        return mapping
    if mapping.first_name is not None and mapping.last_name is None:
        pairs = [(row[mapping.name], row[mapping.first_name]) for row in rows if len(row) == len(headers)]
        repeated = sum(first.strip().casefold() in full.casefold() for full, first in pairs) * 2 > len(pairs)
        return mapping if repeated else replace(mapping, name=None, last_name=mapping.name)
    if mapping.last_name is not None and mapping.first_name is None:
        return replace(mapping, name=None, first_name=mapping.name)
    return mapping
