"""What a column may be called, by field, in several languages."""

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
