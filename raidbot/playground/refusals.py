"""What Discord refuses, with its HTTP status, code and message."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Reason(NamedTuple):
    status: int
    code: int
    message: str


UNAUTHORIZED = Reason(401, 0, "401: Unauthorized")
NOT_FOUND = Reason(404, 0, "404: Not Found")
NOT_ALLOWED = Reason(405, 0, "405: Method Not Allowed")
UNKNOWN_CHANNEL = Reason(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = Reason(404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = Reason(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = Reason(404, 10008, "Unknown Message")
UNKNOWN_OVERWRITE = Reason(404, 10009, "Unknown permission overwrite")
UNKNOWN_ROLE = Reason(404, 10011, "Unknown Role")
UNKNOWN_USER = Reason(404, 10013, "Unknown User")
UNKNOWN_EMOJI = Reason(400, 10014, "Unknown Emoji")
UNKNOWN_WEBHOOK = Reason(404, 10015, "Unknown Webhook")
UNKNOWN_BAN = Reason(404, 10026, "Unknown Ban")
UNKNOWN_INTERACTION = Reason(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = Reason(404, 10063, "Unknown application command")
TOO_MANY_PINS = Reason(400, 30003, "Maximum number of pins reached (50)")
TOO_MANY_ROLES = Reason(400, 30005, "Maximum number of server roles reached (250)")
TOO_MANY_CHANNELS = Reason(400, 30013, "Maximum number of server channels reached (500)")
TOO_MANY_COMMANDS = Reason(400, 30032, "Maximum number of application commands reached (100)")
FILE_TOO_LARGE = Reason(413, 40005, "Request entity too large")
ALREADY_ANSWERED = Reason(400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = Reason(403, 50001, "Missing Access")
DM_NOT_ALLOWED = Reason(403, 50003, "Cannot execute action on a DM channel")
NOT_THE_AUTHOR = Reason(403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = Reason(400, 50006, "Cannot send an empty message")
CLOSED_DM = Reason(403, 50007, "Cannot send messages to this user")
NOT_A_TEXT_CHANNEL = Reason(400, 50008, "Cannot send messages in a non-text channel")
MISSING_PERMISSIONS = Reason(403, 50013, "Missing Permissions")
BULK_DELETE_COUNT = Reason(
    400, 50016, "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages."
)
WRONG_CHANNEL_TYPE = Reason(403, 50024, "Cannot execute action on this channel type")
INVALID_WEBHOOK_TOKEN = Reason(401, 50027, "Invalid Webhook Token")
INVALID_ROLE = Reason(400, 50028, "Invalid Role")
BULK_DELETE_AGE = Reason(400, 50034, "You can only bulk delete messages that are under 14 days old.")
INVALID_FORM = Reason(400, 50035, "Invalid Form Body")
THREAD_ARCHIVED = Reason(400, 50083, "Thread is archived")
INVALID_JSON = Reason(400, 50109, "The request body contains invalid JSON.")
THREAD_EXISTS = Reason(400, 160004, "A thread has already been created for this message")
REACTION_BLOCKED = Reason(403, 90001, "Reaction was blocked")


class RefusedError(Exception):
    """Discord refuses the request."""

    def __init__(self, reason: Reason, body: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason.message)
        self.status = reason.status
        self.body: Mapping[str, Any] = body or {"message": reason.message, "code": reason.code}


def invalid_form(path: str, code: str, message: str) -> RefusedError:
    """Make the 50035 refusal of one field; path is dotted ("components.0.emoji")."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for key in reversed(path.split(".")):
        errors = {key: errors}
    body = {"message": INVALID_FORM.message, "code": INVALID_FORM.code, "errors": errors}
    return RefusedError(INVALID_FORM, body)
