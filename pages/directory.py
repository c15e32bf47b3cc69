"""Which pages there are, where they stand in the navigation and at which address: also for the web server."""

from typing import NamedTuple


class Listed(NamedTuple):
    """A page's file, name, icon and address below the console's; the one without an address is the first."""

    file: str
    title: str
    icon: str
    address: str = ""


PAGES: dict[str, list[Listed]] = {
    "": [
        Listed("request_list.py", "Requests", ":material/inbox:"),
        Listed("send_request.py", "Send", ":material/send:", "send"),
        Listed("send_many.py", "Import", ":material/upload_file:", "import"),
    ],
    "Insights": [
        Listed("by_channel.py", "Channels", ":material/lan:", "channels"),
        Listed("by_sender.py", "Senders", ":material/groups:", "senders"),
        Listed("why_board.py", "Not sent", ":material/hourglass_empty:", "not-sent"),
    ],
    "Workspace": [
        Listed("contact_list.py", "Contacts", ":material/person_search:", "contacts"),
        Listed("reply_triage.py", "Replies", ":material/forum:", "replies"),
        Listed("template_list.py", "Templates", ":material/edit_note:", "templates"),
        Listed("follow_ups.py", "Follow-ups", ":material/repeat:", "follow-ups"),
        Listed("rule_book.py", "Rules", ":material/gavel:", "rules"),
        Listed("switches.py", "Stops", ":material/front_hand:", "stops"),
    ],
}
ADDRESSES = frozenset(one.address for part in PAGES.values() for one in part)
