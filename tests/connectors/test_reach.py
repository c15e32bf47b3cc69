"""Which addresses providers can call."""

import pytest

from connectors.reach import is_public


@pytest.mark.parametrize(
    "host", ["ask.example.com", "ask.example.com.", "8.8.8.8", "[2606:4700::1]", "localhost.example.com"]
)
def test_what_the_world_can_reach(host):
    assert is_public(f"https://{host}:8443/askwell")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "0.0.0.0", "192.168.1.20", "10.0.0.5", "100.64.0.1", "169.254.1.1", "[fe80::1]",
        "localhost", "ask.localhost", "askwell", "askwell.local", "ASKWELL.LAN.", "nas.home.arpa", "10.0.0.5.", "[",
    ],
)  # fmt: skip
def test_what_only_this_machine_or_building_can_reach(host):
    assert not is_public(f"http://{host}:8501")
