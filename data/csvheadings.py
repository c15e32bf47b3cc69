"""What a column may be called, by field, in several languages, and how people say yes and no below it."""

import re
import unicodedata

# Without accents, spaces and punctuation; the better one first, so that a mobile number wins over a landline.
_WORDS: dict[str, str] = {
    "email": """
        email emailaddress mail mailaddress emailadresse mailadresse courriel adressemail adresseemail correo
        correoelectronico eposta epost epostadress sahkoposti emailadres emailcim почта электроннаяпочта имейл
        メール メールアドレス 邮箱 電子郵件 이메일
    """,
    "phone": """
        mobile mobilephone mobilenumber cell cellphone cellular whatsapp whatsappnumber sms handy handynummer
        mobil mobiltelefon mobilnummer movil telefonomovil celular portable telephoneportable cellulare
        telemovel gsm mobiel komorka matkapuhelin мобильный 手机 携帯 휴대폰 phone phonenumber phoneno telephone
        telephonenumber tel contactnumber telefon telefonnummer rufnummer telefono numerodetelefono
        numerodetelephone telefone telefoonnummer telefoon telefonnumer puhelin телефон 電話 电话 電話番号 전화
    """,
    "first_name": """
        firstname first givenname forename vorname prenom primernombre primeironome voornaam fornamn fornavn
        imie etunimi keresztnev krestnijmeno ad 名 이름
    """,
    "last_name": """
        lastname last surname familyname nachname familienname nomdefamille apellido apellidos cognome
        sobrenome achternaam efternamn etternavn efternavn nazwisko sukunimi vezeteknev prijmeni soyad soyadi
        фамилия 姓
    """,
    "name": """
        fullname name customername clientname contactname recipientname patientname guestname customer client
        contact recipient patient guest nombrecompleto nombreyapellidos nombre nomcomplet nometprenom nom
        nomecompleto nomeecognome nome kundenname kunde vollername naam volledigenaam namn navn imieinazwisko
        nimi nev jmeno adsoyad isim фио имя 姓名 名前 氏名 お名前 성명
    """,
    "channel": """
        channel via sendvia sendby contactmethod preferredchannel kanal versandart canal canale kanaal канал
    """,
    "template": """
        template templatename vorlage modele plantilla modello modelo sjabloon szablon mall шаблон
    """,
    "reference": """
        reference ref externalid customerid customernumber clientid contactid patientid orderid ordernumber
        orderno order invoice invoicenumber invoiceno bookingid appointmentid jobid jobnumber ticket crmid id
        referenz kundennummer bestellnummer auftragsnummer rechnungsnummer numerodecommande commande
        referencia pedido riferimento ordine referentie bestelnummer zamowienie номерзаказа 番号
    """,
    "visited": """
        visitedat visited visitdate dateofvisit lastvisit visit appointmentdate appointment servicedate checkoutdate
        besuch besuchsdatum datedevisite fechadevisita datavisita datadavisita bezoekdatum
    """,
    "zone": """
        timezone tz zeitzone fuseauhoraire zonahoraria fusohorario fusoorario tijdzone
    """,
    "state": """
        state province region stateprovince bundesland provincia estado regione provincie
    """,
    "country": """
        country countrycode land pays pais paese nation
    """,
    "postal": """
        postalcode postcode zipcode zip postal plz postleitzahl codepostal codigopostal cep cap kodpocztowy
    """,
}
HEADINGS: dict[str, tuple[str, ...]] = {field: tuple(words.split()) for field, words in _WORDS.items()}

# A heading with one of these words is about something else: "Email opt-in", "Phone type", "Company name", "Fax".
_OTHERS = """
    optin opt consent type status unsubscribed date verified valid fax company business firma staff agent employee
    sender user username file product source count country code label campaign
"""
ABOUT_OTHERS = frozenset(_OTHERS.split())

# Whether somebody may be written to. A yes below one of these is a no to us...
AGAINST = frozenset(
    """
    unsubscribed unsubscribe unsub unsubscribes optout optedout optouts donotcontact donotcall donottext donotemail
    donotmail donotsms donotmessage donotmarket donotdisturb dontcontact dontcall dontemail dontmail donttext dnc dnd
    suppressed suppression blacklisted blacklist blocklisted blocklist blocked nocontact noemail nosms nocalls notexts
    nomarketing withdrawn revoked revokedconsent withdrewconsent objection neverask nevercontact stoplist stopped
    complained abgemeldet abbestellt abmeldung widerspruch widerrufen werbesperre kontaktsperre sperrvermerk
    keinewerbung nichtkontaktieren desinscrit desabonne opposition nepascontacter baja dadodebaja nocontactar
    nomolestar disiscritto noncontattare uitgeschreven afgemeld nietbenaderen descadastrado naocontatar avregistrerad
    """.split()
)
# ...and below one of these a yes, also as a part of the heading, or only as the whole of it.
FOR = frozenset(
    """
    consent consents consented consentgiven optin optedin optins subscribed acceptsmarketing acceptssms
    acceptsemail acceptsemailmarketing acceptssmsmarketing acceptscontact marketingpermission marketingallowed
    marketingoptin permissiontocontact maycontact cancontact oktocontact oktotext oktoemail contactable allowsms
    allowemail allowcontact allowmarketing subscriptionstatus einwilligung zustimmung werbeeinwilligung einverstanden
    consentement consentimiento consenso consentimento toestemming samtykke samtycke zgoda suostumus согласие
    """.split()
)
FOR_ALONE = frozenset(
    """
    gdpr dsgvo rgpd permission permissions marketing emailmarketing smsmarketing newsletter mailinglist agreed
    gdprstatus marketingstatus abonne suscrito iscritto ingeschreven angemeldet
    """.split()
)
# A heading with one of these words is about how or when they agreed: "Consent source", "Opt-in date".
DETAILS = frozenset(
    """
    source text ip url form method by reason version campaign title note notes id language level type date time at
    timestamp on datum quelle origen fecha
    """.split()
)
STATUS = frozenset(("status", "subscription", "state", "statut", "estado", "stato", "abo"))
# Cells that say it whatever stands above them...
REFUSED = frozenset(
    """
    unsubscribed unsubscribe notsubscribed optedout optout optedoutofall stop stopall dnd dnc donotcontact donotcall
    donottext donotemail donotmail donotsms donotdisturb nocontact nevercontact neverask declined denied refused
    rejected revoked withdrawn withdrew suppressed blacklisted blocklisted complained objected abgemeldet abbestellt
    widersprochen widerrufen abgelehnt desinscrit desabonne refuse dadodebaja rechazado disiscritto rifiutato
    uitgeschreven afgemeld geweigerd descadastrado recusado
    """.split()
)
AGREED = frozenset(
    """
    subscribed optedin optin doubleoptin singleoptin confirmedoptin consented consentgiven angemeldet eingewilligt
    suscrito iscritto ingeschreven
    """.split()
)
# ...and cells that answer the heading.
YES_WORDS = frozenset(
    """
    yes y true t 1 x on ok okay agreed accepted granted given allowed permitted active confirmed ✓ ✔ ☑ ✅ ja j wahr
    oui o vrai si s verdadero sim vero v tak da да はい 是
    """.split()
)
NO_WORDS = frozenset(
    """
    no n false f 0 off not never disallowed inactive nein falsch non faux falso nao nee nie nej ei нет いいえ 否
    """.split()
)
EVERYWHERE = frozenset("all any both sms text email phone whatsapp call calls".split())  # below AGAINST: a yes
NOTHING = frozenset(("", "-", "–", "—", "na", "n/a", "null", "none", "nil", "nan"))


def in_plain(text: str) -> list[str]:
    """Its words in lower case, without accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold().replace("e-mail", "email").replace("e-post", "epost")
    return [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", spaced)) if word]
