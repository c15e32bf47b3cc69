"""Whether providers, out there, can reach an address of ours."""

import ipaddress
from urllib.parse import urlsplit

# Names that mean something in one building only (RFC 6761, 6762, 8375, and what routers and offices make up).
_INDOORS = (".localhost", ".local", ".lan", ".internal", ".intranet", ".home", ".corp", ".home.arpa", ".test")


def is_public(url: str) -> bool:
    """Whether `url` may be called from anywhere: neither of this machine nor of a local network."""
    host = _host(url)
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_INDOORS)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # no address at all
        return ""
