"""What a person decides about messages that nobody is sure of."""

from datetime import UTC

from connectors.contract import NoAnswer
from data import decisions
from data.moves import News
from tests.builders import hear, messages, row
from tests.engine.asks import put
from tests.engine.conftest import Scripted, drain, engine


class TestDecisions:
    def unsure(self, store, clock):
        request = put(store)
        drain(engine(store, Scripted(NoAnswer("cut")), clock))
        assert row(store, request)["status"] == "unsure"
        return request

    def test_resend_sends_once_more_on_a_persons_word(self, store, clock):
        request = self.unsure(store, clock)
        assert decisions.resend(store, request, "Sam", clock(), UTC)
        assert row(store, request)["status"] == "queued"
        drain(engine(store, connector := Scripted(), clock))
        assert (len(connector.sent), row(store, request)["status"]) == (1, "sent")
        assert not decisions.resend(store, request, "Sam", clock(), UTC)

    def test_marked_as_sent_it_is_not_sent_again(self, store, clock):
        request = self.unsure(store, clock)
        assert decisions.mark_sent(store, request, "Sam", clock(), UTC)
        drain(engine(store, connector := Scripted(), clock))
        assert (connector.sent, row(store, request)["status"]) == ([], "sent")

    def test_news_that_it_did_arrive_call_a_resend_off(self, store, clock):
        request = self.unsure(store, clock)
        decisions.resend(store, request, "Sam", clock(), UTC)
        hear(store, News(messages(store, [request])[0], "delivered", clock()))
        drain(engine(store, connector := Scripted(), clock))
        assert (connector.sent, row(store, request)["status"]) == ([], "delivered")
