"""Looks at a WhatsApp number at Meta: its token, its standing, and the app's secret that proves hooks."""

from collections.abc import Mapping
from typing import Any

from connectors.findings import Finding
from connectors.http import Answer
from connectors.questions import Questions, failing, ok, stranger, trouble

_FIELDS = "display_phone_number,verified_name,quality_rating,code_verification_status,name_status"
_TOKEN, _PARAMETER = 190, 100
_NO_SUCH_NUMBER = (_PARAMETER, 10, 200, 803)  # unknown, or the token may not see it
_MANAGER = "in WhatsApp Manager"


async def findings(ask: Questions, number_url: str, proof: str, hooks: str) -> list[Finding]:
    """`proof` is the token signed with the app's secret: Meta refuses it when the secret is another app's."""
    answer = await ask.get(number_url, fields=_FIELDS)
    if isinstance(answer, Finding):
        return [answer]
    if not answer.good:
        return [_refused(answer)]
    if answer.data.get("id") != number_url.rpartition("/")[2]:
        return [stranger("Meta", "META_BASE_URL")]
    return [*_standing(answer.data), await _secret(ask, number_url, proof), _address(hooks)]


def _code(answer: Answer) -> int | None:
    """Meta tells by it what is wrong; the HTTP status is nearly always 400."""
    error = answer.data.get("error")
    return error.get("code") if isinstance(error, dict) else None


def _refused(answer: Answer) -> Finding:
    code = _code(answer)
    if answer.status == 401 or code == _TOKEN:
        remedy = "Make a system user's token with whatsapp_business_messaging in Meta's Business settings."
        return trouble("Meta does not accept META_ACCESS_TOKEN, or it has expired.", remedy)
    if code not in _NO_SUCH_NUMBER:
        return failing("Meta", answer)
    remedy = f"Copy the phone number ID from API Setup of the app, and give the token's user access to it {_MANAGER}."
    return trouble("Meta knows no number META_PHONE_NUMBER_ID that this token may use.", remedy)


def _standing(number: Mapping[str, Any]) -> list[Finding]:
    found: list[Finding] = []
    if number.get("code_verification_status") not in ("VERIFIED", None):
        found.append(trouble("The number is not verified.", f"Verify it by code {_MANAGER}."))
    if number.get("name_status") not in ("APPROVED", "AVAILABLE_WITHOUT_REVIEW", None):
        found.append(trouble("The number's display name is not approved.", f"See its status {_MANAGER}."))
    if number.get("quality_rating") == "RED":
        found.append(
            trouble("The number's quality is low: Meta may soon limit or block it.", f"See the reasons {_MANAGER}.")
        )
    return found or [ok("Meta accepts the token, and the number is in good standing.")]


async def _secret(ask: Questions, number_url: str, proof: str) -> Finding:
    answer = await ask.get(number_url, fields="id", appsecret_proof=proof)
    if isinstance(answer, Finding):
        return answer
    if answer.good:
        return ok("META_APP_SECRET is the secret of the token's app, which also proves hooks.")
    if _code(answer) != _PARAMETER:
        return failing("Meta", answer)
    return trouble(
        "META_APP_SECRET is not the secret of the app that the token belongs to: its hooks would count as forged.",
        "Copy it from App settings > Basic of that app.",
    )


def _address(hooks: str) -> Finding:
    return ok(
        f"META_VERIFY_TOKEN is set: give it to Meta with {hooks}, and subscribe to messages and user_preferences."
    )
