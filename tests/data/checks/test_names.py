"""What may be called a name, and what to greet by."""

import pytest

from data import checks


def test_a_name_is_one_visible_line() -> None:
    assert checks.name(" Ann\t\u00a0Lee\r\n").value == "Ann Lee"
    assert checks.name("Ann\x00\x07\u202eLee").value == "AnnLee"
    assert checks.name("Jose\u0301").value == "José"
    assert checks.name("می\u200cخواهم").value == "می\u200cخواهم"
    assert "200" in (checks.name("x" * 201).trouble or "")
    assert checks.name("x" * 200).value == "x" * 200
    assert "lost" in (checks.name("Jos\ufffd").trouble or "")


@pytest.mark.parametrize(
    ("full", "first"),
    [
        ("Ann Lee", "Ann"),
        ("ann", "Ann"),
        ("Lee, Ann Marie", "Ann"),
        ("LEE, ANN", "Ann"),
        ("Ann Lee, M.D.", "Ann"),
        ("Dr. Ann Lee", "Ann"),
        ("Herr Jürgen Müller", "Jürgen"),
        ("Smith, John, MD", "John"),
        ("Mr. and Mrs. Lee", ""),
        ("Mr & Mrs Lee", ""),
        ("Ann and Bo Lee", "Ann"),
        ("Mr. Lee", ""),
        ("J. Smith", ""),
        ("J Smith", ""),
        ("", ""),
        ("NULL", ""),
        ("Null Null", ""),
        ("N/A", ""),
        ("n/a n/a", ""),
        ("Unknown Smith", ""),
        ("(blank)", ""),
        ("No Name", ""),
        ("The Smiths", ""),
        ("Walk-in", ""),
        ("12", ""),
        ("Customer 123", ""),
        ("B4 Lee", ""),
        ("ann@example.com", ""),
        ("Ann@ Lee", ""),
        ("http://evil.example", ""),
        ("Ann http://evil.example", ""),
        ("www.evil.example Lee", ""),
        ("#REF!", ""),
        ("Na Li", "Na"),
        ("Nan Goldin", "Nan"),
        ("Ann Null", "Ann"),
        ("Ann (VIP) Lee", "Ann"),
        ("Smith Family", ""),
        ("The Smith Family", ""),
        ("Familie Schmidt", ""),
        ("Familia García", ""),
        ("Fam. Dupont", ""),
        ("Acme Ltd", ""),
        ("Acme, LLC", ""),
        ("Acme Inc.", ""),
        ("Bauer GmbH & Co. KG", ""),
        ("Siemens AG", ""),
        ("Kone Oyj", ""),
        ("Talleres Ruiz, S.L.", ""),
        ("Smith & Sons", ""),
        ("Smith & Jones", ""),
        ("Smith and Co.", ""),
        ("Estate of John Smith", ""),
        ("Joe's Plumbing", ""),
        ("Hotel Bristol", ""),
        ("Accounts Payable", ""),
        ("Support Team", ""),
        ("Room 12", ""),
        ("Dr. med. Schmidt", ""),
        ("Dr med Schmidt", ""),
        ("Dr. med. dent. Eva Schmidt", "Eva"),
        ("Mr & Mrs Jones", ""),
        ("Mr & Mrs John Jones", "John"),
        ("Sr. García", ""),
        ("Mlle Dupont", ""),
        ("SMITH, JOHN", "John"),
        ("Smith, J.", ""),
        ("J.", ""),
        ("J.R. Smith", ""),
        ("J.R Smith", ""),
        ("J. Robert Oppenheimer", "Robert"),
        ("Jude Law", "Jude"),
        ("Charlotte Church", "Charlotte"),
        ("Jessica Co", "Jessica"),
        ("Ana Sa", "Ana"),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("María José García", "María"),
        ("O'Neil, Shaq", "Shaq"),
        ("John E. Smith", "John"),
        ("Mary E Jones", "Mary"),
        ("Sarah Y. Kim", "Sarah"),
        ("SARAH Y KIM", "Sarah"),
        ("Ana y Luis", ""),
        ("García y López", ""),
        ("Maria e João", ""),
        ("SMITH AND JONES", ""),
        ("Hon Li", "Hon"),
        ("Vet Tran", "Vet"),
        ("Ing Chang", "Ing"),
        ("Hon. John Smith", "John"),
        ("Hon John Smith", "John"),
        ("Mag. Eva Huber", "Eva"),
        ("Dipl. Ing. Eva Huber", "Eva"),
        ("Dipl. Ing. Huber", ""),
        ("Trust Moyo", "Trust"),
        ("Tim Room", "Tim"),
        ("Media Karim", "Media"),
        ("Smith Family Trust", ""),
        ("Smith Trust", ""),
        ("Suite #4", ""),
        ("Acme Media Group", ""),
    ],
)
def test_a_greeting_uses_the_first_name_or_none(full: str, first: str) -> None:
    assert checks.first_name(full) == first


@pytest.mark.parametrize(
    "text",
    ["NULL", "nan", "#N/A", "n/a n/a", "Unknown customer", "Guest", "(blank)", "42", "a@b.example", "www.b.example"],
)
def test_what_stands_for_no_name_is_none(text: str) -> None:
    assert not checks.is_name(text)


@pytest.mark.parametrize("text", ["Ann", "Ann Null", "Na Li", "The Smiths", "李娜", "O2 Arena", "Test Pilot"])
def test_what_may_be_a_name_is_one(text: str) -> None:
    assert checks.is_name(text)
