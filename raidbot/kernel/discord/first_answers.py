"""Sends first answers. A click is one request in a storm of a thousand, so this one carries nothing that nobody reads.

hikari's own call always asks for the message in return, parses it, and consults rate limits that interaction callbacks
do not have.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
import hikari
import orjson
from yarl import URL

from raidbot.kernel.discord.answers import Reply

FIRST_TRY_S: Final = 1.8
"""How long a first answer may hang before it is sent again: Discord waits for it for three seconds."""
CONNECTIONS: Final = 100
"""More would be opened in a storm, and cost more than they bring: a hundred carry 1,000 requests/s at 100 ms each."""
_ERRORS: Final[Mapping[int, Callable[..., hikari.HTTPError]]] = {
    400: hikari.BadRequestError,
    403: hikari.ForbiddenError,
    404: hikari.NotFoundError,
}

USER_AGENT: Final = f"DiscordBot ({hikari.__url__}, {hikari.__version__}) raidbot"
"""Discord wants the library and its version there."""


class FirstAnswers:
    """The interaction callbacks; one object a process."""

    def __init__(self, rest_url: str, entity_factory: hikari.api.EntityFactory) -> None:
        self._rest_url = rest_url
        self._entity_factory = entity_factory
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the connections, which are no other requests'."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            timeout=aiohttp.ClientTimeout(total=FIRST_TRY_S),
            headers={"Content-Type": "application/json", "User-Agent": USER_AGENT},
            skip_auto_headers=("Accept", "Accept-Encoding"),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close them."""
        if self._session is not None:
            await self._session.close()

    def message(self, reply: Reply, flags: hikari.MessageFlag, *, whole: bool) -> dict[str, Any]:
        """Write a reply as the data of an answer; nobody is mentioned. `whole`: what is not there is cleared.

        A picture or a file cannot go with a first answer: what sends one is not quick.
        """
        parts: dict[str, Any] = {
            "content": reply.content,
            "embeds": [self._entity_factory.serialize_embed(reply.embed)[0]] if reply.embed else [],
            "components": [row.build()[0] for row in reply.rows],
            "attachments": [],
        }
        if not whole:
            parts = {name: part for name, part in parts.items() if part not in (None, [])}
        if flags:
            parts["flags"] = int(flags)
        return {"allowed_mentions": {"parse": []}, **parts}

    async def send(
        self,
        interaction: hikari.PartialInteraction,
        kind: hikari.ResponseType,
        data: Mapping[str, Any] | None = None,
        *,
        ask: bool = False,
    ) -> int | None:
        """Answer an interaction; with `ask`, return the id of the message that Discord made of it.

        Raises hikari's errors, as its own call does.
        """
        if self._session is None:
            raise RuntimeError("first answers were not started")
        body = {"type": int(kind)} if data is None else {"type": int(kind), "data": data}
        path = f"{self._rest_url}/interactions/{interaction.id}/{interaction.token}/callback"
        url = URL(f"{path}?with_response=true" if ask else path, encoded=True)
        try:
            async with self._session.post(url, data=orjson.dumps(body)) as response:
                if response.status >= 300:
                    raise await _error(response)
                if not ask:
                    return None
                message_id = orjson.loads(await response.read())["interaction"].get("response_message_id")
                return None if message_id is None else int(message_id)
        except aiohttp.ClientError as error:
            raise hikari.HTTPError(type(error).__name__) from None  # its text may hold the token


async def _error(response: aiohttp.ClientResponse) -> hikari.HTTPError:
    raw, url = await response.read(), "interaction callback"
    try:
        told = orjson.loads(raw)
        message, code = str(told["message"]), int(told["code"])
    except (ValueError, KeyError, TypeError):
        message, code = "", 0
    kind = _ERRORS.get(response.status)
    if kind is not None:
        return kind(url, response.headers, raw, message, code)
    if response.status >= 500:
        return hikari.InternalServerError(url, response.status, response.headers, raw, message, code)
    return hikari.ClientHTTPResponseError(url, response.status, response.headers, raw, message, code)
