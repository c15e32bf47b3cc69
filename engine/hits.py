"""Reads what the web noted of tracked links and unsubscribe pages, as if a provider had reported it."""

import json
from datetime import datetime

from connectors.contract import Hook, Reply, Report

NAME = "link"


class HitReader:
    """A reader of notes that only our own web writes: see web/links.py."""

    name = NAME

    def reports(self, hook: Hook) -> list[Report | Reply]:
        said = json.loads(hook.body)
        reference, kind = f"{int(said['id'])}-{said['token']}", said["kind"]
        at = datetime.fromisoformat(said["at"])
        if kind == "unsubscribe":  # each time anew: they may have been allowed again in between
            return [Report(reference, "opted_out", at, f"unsubscribe link {said['at']}", suppress=True)]
        if kind == "machine":
            return [Report(reference, "machine_clicked", at, f"machine {said['agent']}", reason=said["agent"])]
        # Without a page in between, following the link is going through to the review site.
        return [Report(reference, "clicked", at), Report(reference, "responded", at)]
