"""The first answer to an interaction."""

from raidbot.playground import validation
from raidbot.playground.rest.routing import JSON, Call, Routes, checked

routes = Routes()


@routes("POST", "/interactions/{interaction_id}/{interaction_token}/callback", needs_token=False)
def create_response(call: Call, interaction_id: int, interaction_token: str) -> JSON | None:
    checked(validation.interaction_response(call.body))
    response = call.realm.interactions.answer(interaction_id, interaction_token, call.body, call.uploads)
    return response if call.query.get("with_response") == "true" else None
