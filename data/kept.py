"""Which requests were not sent, and the rule that keeps each of them, in SQL over `request`."""

from typing import LiteralString

# The rule that keeps a request from being sent: see data/verdicts.WHY.
WHY_CODE: LiteralString = """(CASE WHEN status = 'cancelled' THEN coalesce(code, 'cancelled')
    WHEN status <> 'queued' THEN NULL WHEN paused AND hold_code = 'refusal' THEN 'refusal'
    WHEN paused THEN 'paused' ELSE coalesce(hold_code, 'waiting') END)"""
KEPT: LiteralString = "status IN ('queued', 'cancelled')"
# Its ask has left, and the follow-up is held. Apart from the others: with OR the store reads every row.
HELD_NEXT: LiteralString = """next_at IS NOT NULL AND hold_code IS NOT NULL AND status NOT IN ('queued', 'cancelled')
    AND (NOT paused OR hold_code = 'refusal')"""
# The same, paused by a person.
PAUSED_NEXT: LiteralString = """next_at IS NOT NULL AND paused AND status NOT IN ('queued', 'cancelled')
    AND coalesce(hold_code, '') <> 'refusal'"""
