"""A look at the set-up at Meta."""

import pytest

from connectors.meta import Meta
from tests.connectors.meta_standin import NUMBER_ID, SECRET, TOKEN, MetaStandIn
from tests.connectors.standins import NOW
from tests.connectors.test_check import PUBLIC, check, troubles

__all__ = ["check"]  # the fixture


class TestMeta:
    @pytest.fixture
    def standin(self, enter):
        return enter(MetaStandIn())

    def meta(self, session, standin, secret=SECRET, number=NUMBER_ID) -> Meta:
        return Meta(session, TOKEN, number, secret, lambda: NOW, api=standin.url)

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"code_verification_status": "EXPIRED"}, "not verified"),
            ({"name_status": "DECLINED"}, "display name"),
            ({"quality_rating": "RED"}, "quality"),
        ],
    )
    def test_the_numbers_standing(self, check, session, standin, change, word):
        standin.number |= change
        (said,) = troubles(check(self.meta(session, standin)))
        assert word in said

    def test_the_secret_of_another_app_is_found_before_its_hooks_count_as_forged(self, check, session, standin):
        (said,) = troubles(check(self.meta(session, standin, secret="another")))
        assert "META_APP_SECRET" in said

    def test_a_number_that_the_token_may_not_use(self, check, session, standin):
        (said,) = troubles(check(self.meta(session, standin, number="999")))
        assert "META_PHONE_NUMBER_ID" in said

    def test_the_address_to_give_to_meta_is_told(self, check, session, standin):
        assert f"{PUBLIC}/hooks/meta" in check(self.meta(session, standin))[-1].sentence
