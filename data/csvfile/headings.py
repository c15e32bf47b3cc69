"""What a column may be called, by field, in several languages, and how people say yes and no below it."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import chain

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
        contact recipient patient guest invitesentto nombrecompleto nombreyapellidos nombre nomcomplet nometprenom nom
        nomecompleto nomeecognome nome kundenname kunde vollername naam volledigenaam namn navn imieinazwisko
        nimi nev jmeno adsoyad isim фио имя 姓名 名前 氏名 お名前 성명
    """,
    "channel": """
        channel via sendvia sentvia sendby contactmethod preferredchannel kanal versandart canal canale kanaal канал
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
MAY_BE_IDS = frozenset(["email", "phone", "reference"])  # an "Email ID" is an address, a "Template ID" no name of one

# Whether somebody may be written to. A yes below one of these is a no to us...
AGAINST = frozenset(
    """
    unsubscribed unsubscribe unsub unsubscribes optout optedout optouts donotcontact donotcall donottext donotemail
    donotmail donotsms donotmessage donotmarket donotdisturb dontcontact dontcall dontemail dontmail donttext dnc dnd
    suppressed suppression suppressions blacklisted blacklist blocklisted blocklist nocontact noemail nosms nocalls
    notexts nomarketing withdrewconsent neverask nevercontact stoplist stopsms stopemail abgemeldet abbestellt abmeldung
    widerspruch widerrufen werbesperre kontaktsperre sperrvermerk keinewerbung keinnewsletter nichtkontaktieren
    desinscrit desabonne pasdenewsletter nepascontacter dadodebaja nocontactar nomolestar sinpublicidad disiscritto
    noncontattare uitgeschreven afgemeld nietbenaderen descadastrado naocontatar avregistrerad
    """.split()
)
# ...also below one of these, if nothing else stands in the heading than words `BESIDE` it: not "Blocked time".
AGAINST_ALONE = frozenset(
    "stop blocked stopped withdrawn revoked objection objected complained opposition baja".split()
)
BESIDE = frozenset(
    """
    is has was contact customer client recipient email emails sms text texts whatsapp phone marketing newsletter consent
    at on date am le de fecha datum
    """.split()
)
# Below one of these a yes is one to us, also as a part of the heading...
FOR = frozenset(
    """
    consent consents consented consentgiven optin optedin optins subscribed acceptsmarketing acceptssms acceptsemail
    acceptsemailmarketing acceptssmsmarketing acceptscontact marketingpermission marketingallowed marketingoptin
    marketingstatus marketingsubscription emailsubscription smssubscription newslettersubscription permissiontocontact
    maycontact cancontact oktocontact oktotext oktoemail contactable allowsms allowemail allowcontact allowmarketing
    einwilligung zustimmung werbeeinwilligung einverstanden einverstandnis einverstaendnis abonniert werbungerlaubt
    werbungerwunscht werbeerlaubnis newsletteranmeldung akzeptiertmarketing akzeptiertemailmarketing
    akzeptiertsmsmarketing consentement abonnealanewsletter abonneealanewsletter abonnenewsletter inscritalanewsletter
    inscritnewsletter acceptemarketing acceptelemarketing acceptelapublicite accepterecevoir acceptederecevoir
    accepteemail accepteemails acceptelesemails accepteemailmarketing acceptesmsmarketing acceptesms acceptelessms
    consentimiento suscritoalboletin suscritaalboletin suscritoalanewsletter suscripcionalboletin aceptapublicidad
    aceptamarketing aceptaemailmarketing aceptasmsmarketing aceptasms aceptaemail aceptacomunicaciones
    aceptapromociones aceptarecibir consenso iscrittoallanewsletter accettamarketing consentimento aceitamarketing
    acceptelanewsletter recoitlanewsletter aceptanewsletter aceptaelboletin aceptorecibir desearecibir recibirboletin
    kontakterlaubt newslettersubscriber toestemming samtykke samtycke zgoda suostumus согласие
    """.split()
)
# ...or only as the whole of it, and if some cell answers: not "Marketing: Google Ads".
FOR_ALONE = frozenset(
    """
    gdpr dsgvo rgpd permission permissions marketing emailmarketing smsmarketing marketingemails newsletter
    emailnewsletter newsletteremail newsletterstatus mailinglist agreed gdprstatus confirmtime
    werbung infolettre boletin nieuwsbrief publicidad abonne suscrito iscritto ingeschreven angemeldet
    smsreminders textreminders emailreminders contactbysms contactbytext contactbyemail contactbywhatsapp
    contactbyphone textme emailme contactme messageme
    """.split()
)
# ...or if a word that asks stands beside one of writing, and some cell answers: "May we text you?", not "Pets allowed".
ASKING = frozenset(
    """
    may can ok okay allow allows allowed permit permitted permission agree agrees agreed like want wants wish wishes
    happy rather prefer receive receives send accept accepts
    """.split()
)
WRITING = frozenset(
    """
    contact contacted contacting text texts texting texted sms email emails emailing emailed mail whatsapp message
    messages messaging newsletter newsletters reminder reminders notifications hear call calls marketing offers
    communication communications
    """.split()
)
NEGATIONS = frozenset("no not nicht kein keine non pas sin sans senza nao niet geen".split())
FILLING = frozenset("to be being".split())  # between a negation and what it denies
# A heading put to the person is a sentence, whose words are no label's: "...see the privacy policy, version 3".
PERSONAL = frozenset("i you me we my your our ich wir sie je vous nous yo usted".split())
# A heading with one of these words is about how they agreed ("Consent source", "Consent by"), or nothing like it.
DETAILS = frozenset(
    """
    source consenttext ip form method reason version campaign title note notes id language level
    type quelle origen updated changed expires expiry until requested
    """.split()
)
ELSEWHERE = frozenset(
    """
    photo photos photography foto fotos video image images bilder treatment behandlung soins parental parentale eltern
    informed informado eclaire medical medico arztlich cookie cookies
    """.split()
)
LABELS = frozenset("plan url link stopdate".split())  # nor is a label with one of these
# A positive heading with one of these may tell only when: an empty cell below is no trouble if another column says yes.
WHEN = frozenset("date time at timestamp on datum am zeitpunkt le fecha".split())
STATUS = frozenset(("status", "subscription", "state", "statut", "estado", "stato", "abo"))
# Cells that say it whatever stands above them, by words that only subscriptions have or that others have too...
UNSUBSCRIBED = frozenset(
    """
    unsubscribed unsubscribe optedout optout optedoutofall stopall dnd dnc donotcontact donotcall donottext donotemail
    donotmail donotsms donotdisturb nocontact nevercontact neverask suppressed blacklisted blocklisted abgemeldet
    abbestellt desinscrit desinscrite desabonne desabonnee dadodebaja dadadebaja disiscritto uitgeschreven afgemeld
    descadastrado
    """.split()
)
REFUSED = UNSUBSCRIBED | frozenset(
    """
    stop declined denied refused rejected revoked withdrawn withdrew complained objected widersprochen widerrufen
    abgelehnt refuse rechazado rifiutato geweigerd recusado
    """.split()
)
AGREED = frozenset(
    """
    subscribed optedin optin doubleoptin singleoptin confirmedoptin consented consentgiven angemeldet abonniert
    eingewilligt abonne abonnee inscrit inscrite suscrito suscrita iscritto ingeschreven
    """.split()
)
# ...who never agreed: a plain no, by the name of another answer...
NEVER = frozenset(
    """
    notsubscribed neversubscribed nonsubscribed notoptedin nichtabonniert nichtangemeldet nonabonne pasabonne noninscrit
    nosuscrito
    """.split()
)
# ...or has not yet...
UNSURE = frozenset(
    """
    unknown pending unconfirmed notset notspecified unspecified unbekannt ausstehend unbestatigt inconnu enattente
    desconocido pendiente
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
    no n false f 0 off not never disallowed inactive nein kein keine aucun aucune jamais nunca ninguno
    falsch non faux falso nao nee nie nej ei нет いいえ 否
    """.split()
)
EVERYWHERE = frozenset("all any both sms text email phone whatsapp call calls".split())  # below AGAINST: a yes
NOTHING = frozenset(("", "-", "–", "—", "[]", "na", "n/a", "null", "none", "nil", "nan", "00000000", "00000000000000"))


MONTHS = frozenset(
    """
    jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october
    november december januar februar märz maerz mär mai juni juli oktober dezember okt dez janvier février mars avril
    juin juillet août septembre octobre novembre décembre janv févr avr juil déc enero febrero marzo abril mayo junio
    julio agosto septiembre octubre noviembre diciembre ene abr ago dic
    """.split()
)


def in_plain(text: str) -> list[str]:
    """Its words in lower case, without accents and punctuation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold().replace("e-mail", "email").replace("e-post", "epost")
    return [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", spaced)) if word]


_LONGEST = max(map(len, chain(*HEADINGS.values(), AGAINST, FOR)))


def runs(words: Sequence[str]) -> set[str]:
    """Every few words that stand together, as one; none longer than those that are known."""
    found: set[str] = set()
    for start in range(len(words)):
        run = ""
        for word in words[start:]:
            run += word
            if len(run) > _LONGEST:
                break
            found.add(run)
    return found
