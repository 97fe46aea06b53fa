"""What a page is told, as each member sees it, and what it may do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import hikari
import pytest
from hikari import ResponseType

from raidbot.playground.demo.cast import Cast
from raidbot.playground.driver import Guild, LocalDiscord, Member, Permission
from raidbot.playground.page import Page
from tests.playground.core.tiny_bot import EPHEMERAL, TinyBot

JSON = dict[str, Any]


class Screen:
    """A page without a browser: it keeps what it is told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.hello: JSON = {}
        self.state: JSON = {}
        self.scene: JSON = {}
        self.messages: dict[str, JSON] = {}
        self.interactions: dict[str, JSON] = {}
        self.views = 0
        self._socket = socket
        self._answers: dict[int, JSON] = {}
        self._number = 0

    async def call(self, verb: str, **details: Any) -> Any:
        """Ask for something; raises ValueError with the refusal's text."""
        self._number += 1
        number = self._number
        await self._socket.send_json({"id": number, "verb": verb, **details})
        await self.until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["result"]

    async def look(self, member: Member) -> None:
        """Look through a member's eyes."""
        seen = self.views
        await self.call("look", member=str(member.id))
        await self.until(lambda: self.views > seen and self.scene["me"]["id"] == str(member.id))

    async def until(self, probe: Callable[[], object]) -> None:
        """Hear on until something is so."""
        async with asyncio.timeout(8):
            while not probe():
                self._take(await self._socket.receive_json())

    def _take(self, heard: JSON) -> None:
        match heard:
            case {"event": "hello", "hello": hello}:
                self.hello, self.state = hello, hello["state"]
            case {"event": "state", "state": state}:
                self.state = state
            case {"event": "view", "view": view}:
                self.views += 1
                self.messages = {one["id"]: one for one in view.pop("messages")}
                self.interactions = {one["id"]: one for one in view.pop("interactions")}
                self.scene = view
            case {"event": "scene", "scene": scene}:
                self.scene |= scene
            case {"event": "message", "message": message}:
                if message["gone"]:
                    self.messages.pop(message["id"], None)
                else:
                    self.messages[message["id"]] = message
            case {"event": "interaction", "interaction": interaction}:
                self.interactions[interaction["id"]] = interaction
            case _:
                self._answers[heard["id"]] = heard

    @property
    def texts(self) -> list[str]:
        return [one["payload"]["content"] for one in self.messages.values()]

    @property
    def channels(self) -> list[str]:
        return [one["name"] for one in self.scene["channels"]]


@asynccontextmanager
async def opened(browser: aiohttp.ClientSession, shown: Page) -> AsyncIterator[Screen]:
    origin = shown.address.rstrip("/").rpartition("/")[0]
    async with browser.ws_connect(shown.address + "socket", headers={"Origin": origin}, max_msg_size=0) as socket:
        screen = Screen(socket)
        await screen.until(lambda: screen.hello)
        yield screen


@pytest.fixture
async def screen(browser: aiohttp.ClientSession, shown: Page) -> AsyncIterator[Screen]:
    async with opened(browser, shown) as one:
        yield one


@pytest.fixture
async def panel(bot: TinyBot, cast: Cast) -> str:
    """Post a panel as raidbot's: three buttons, then a key; returns its id."""

    async def join(it: hikari.ComponentInteraction) -> None:
        text = f"welcome {it.user.username}"
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, text, flags=EPHEMERAL)

    bot.on("join", join)
    row = bot.row(("Join", "join"), ("Leave", "leave"), ("Organizer Panel", "panel"), ("Cult", "key"))
    return str((await bot.rest.create_message(cast.raids.id, "panel", component=row)).id)


async def test_the_page_is_told_who_can_be_played_and_which_tours_there_are(screen: Screen, cast: Cast) -> None:
    people = {title: [name for _, name in members] for title, members in screen.hello["people"]}
    assert people["Administrator"] == ["Olivia"]
    assert people["Organizers"] == ["Mira", "Tobin"]
    assert (people["Security"], people["Suspended"], people["Not verified"]) == (["Sable"], ["Sly"], ["Newt"])
    assert len(people["Raiders"]) == len(cast.raiders) == screen.hello["raiders"]
    assert [tour["name"] for tour in screen.hello["tours"]] == ["raid-night", "storm"]
    assert "13 raiders joined" in str(screen.hello["tours"])


async def test_an_ephemeral_answer_is_seen_by_its_member_only_and_also_after_a_reload(
    screen: Screen, browser: aiohttp.ClientSession, shown: Page, cast: Cast, panel: str
) -> None:
    await screen.look(cast.raiders[0])
    await screen.until(lambda: panel in screen.messages)
    pressed = await screen.call("press", message=panel, button="join")
    await screen.until(lambda: screen.interactions.get(pressed, {}).get("acknowledged"))
    assert "welcome Ada" in screen.texts
    assert [one["private"] for one in screen.messages.values()] == [False, True]
    async with opened(browser, shown) as reloaded:
        await reloaded.look(cast.raiders[0])
        assert reloaded.messages == screen.messages
        assert reloaded.interactions == screen.interactions
        await reloaded.look(cast.raiders[1])
        assert reloaded.texts == ["panel"]
        assert reloaded.interactions == {}


async def test_a_dismissed_message_is_gone_for_good_and_only_ones_own_can_be(
    screen: Screen, cast: Cast, panel: str
) -> None:
    ada, bram = cast.raiders[:2]
    await screen.look(ada)
    await screen.call("press", message=panel, button="join")
    await screen.until(lambda: "welcome Ada" in screen.texts)
    private = next(key for key, one in screen.messages.items() if one["private"])
    await screen.look(bram)
    with pytest.raises(ValueError, match="only the one who sees"):
        await screen.call("dismiss", message=private)
    await screen.look(ada)
    await screen.call("dismiss", message=private)
    await screen.until(lambda: private not in screen.messages)
    await screen.look(ada)
    assert screen.texts == ["panel"]


async def test_a_closed_channel_is_out_of_sight_until_it_opens(
    screen: Screen, cast: Cast, guild: Guild, bot: TinyBot
) -> None:
    view = int(Permission.VIEW_CHANNEL)
    await cast.staff.set_overwrites([(guild, 0, view), (guild.bot, view, 0)])
    await bot.rest.create_message(cast.staff.id, "for staff")
    await screen.look(cast.newt)
    assert "raids" in screen.channels
    assert "staff" not in screen.channels
    assert screen.texts == []
    await bot.rest.create_message(cast.staff.id, "again")
    await bot.rest.create_message(cast.raids.id, "for all")
    await screen.until(lambda: "for all" in screen.texts)
    assert screen.texts == ["for all"]
    await screen.look(cast.owner)
    assert screen.texts == ["for staff", "again", "for all"]
    await screen.look(cast.newt)
    await cast.staff.set_overwrites([])
    await screen.until(lambda: "for staff" in screen.texts)
    assert {"staff", "raids"} <= set(screen.channels)


@pytest.fixture
def guild(cast: Cast) -> Guild:
    return cast.guild


async def test_edits_deletions_roles_and_channels_come_as_they_happen(
    screen: Screen, cast: Cast, guild: Guild, bot: TinyBot, panel: str
) -> None:
    await screen.look(cast.mira)
    await bot.rest.edit_message(cast.raids.id, int(panel), "edited")
    await screen.until(lambda: screen.texts == ["edited"])
    await bot.rest.delete_message(cast.raids.id, int(panel))
    await screen.until(lambda: not screen.messages)
    role = await guild.add_role("Guest")
    await screen.until(lambda: "Guest" in [one["name"] for one in screen.scene["roles"]])
    await guild.set_roles(cast.mira, [role])
    await screen.until(lambda: {one["name"]: one["roles"] for one in screen.scene["members"]}["Mira"] == [str(role.id)])
    await guild.add_channel("new")
    await screen.until(lambda: "new" in screen.channels)


async def test_threads_stand_below_their_channel_and_direct_messages_are_the_members_own(
    screen: Screen, cast: Cast, bot: TinyBot, panel: str
) -> None:
    thread = await bot.rest.create_message_thread(cast.raids.id, int(panel), "planning")
    await bot.rest.create_message(thread.id, "in the thread")
    ada = cast.raiders[0]
    await bot.rest.create_message(await bot.rest.create_dm_channel(ada.id), "for Ada")
    await screen.look(ada)
    below = {one["name"]: one["parent"] for one in screen.scene["channels"]}
    assert below["planning"] == str(cast.raids.id)
    assert {"in the thread", "for Ada"} <= set(screen.texts)
    assert next(one for one in screen.messages.values() if one["payload"]["content"] == "for Ada")["channel"] == "dm"
    await screen.call("send", channel="dm", text="thank you")
    await screen.until(lambda: "thank you" in screen.texts)
    await screen.look(cast.mira)
    assert not {"for Ada", "thank you"} & set(screen.texts)


async def test_discord_refuses_for_a_while_and_says_so(screen: Screen, shown: Page, discord: LocalDiscord) -> None:
    await screen.call("rate_limit")
    await screen.until(lambda: screen.state["refusing"])
    with pytest.raises(ValueError, match="refuses already"):
        await screen.call("rate_limit")


async def test_the_state_of_the_bot_is_seen(screen: Screen, cast: Cast, bot: TinyBot) -> None:
    await screen.look(cast.mira)
    await screen.until(lambda: screen.scene["online"])
    await bot.app.close()
    await screen.until(lambda: not screen.scene["online"])


async def test_each_member_is_shown_the_commands_that_they_may_use(
    screen: Screen, discord: LocalDiscord, cast: Cast, bot: TinyBot
) -> None:
    await bot.declare(("run", []))
    application = await bot.rest.fetch_application()
    hidden = bot.rest.slash_command_builder("setroles", "for administrators")
    hidden.set_default_member_permissions(hikari.Permissions.ADMINISTRATOR)
    await bot.rest.create_slash_command(
        application.id, hidden.name, hidden.description, default_member_permissions=hikari.Permissions.ADMINISTRATOR
    )
    await screen.look(cast.mira)
    await screen.until(lambda: [one["name"] for one in screen.scene["commands"]] == ["run"])
    await screen.look(cast.owner)
    assert [one["name"] for one in screen.scene["commands"]] == ["run", "setroles"]


async def test_a_form_is_open_until_it_is_taken_or_closed(screen: Screen, cast: Cast, bot: TinyBot) -> None:
    async def ask(it: hikari.CommandInteraction) -> None:
        row = bot.rest.build_modal_action_row()
        row.add_text_input("party", "Party")
        await it.create_modal_response("Where?", "where", component=row)

    async def where(it: hikari.ModalInteraction) -> None:
        await it.create_initial_response(ResponseType.MESSAGE_CREATE, "taken", flags=EPHEMERAL)

    bot.on("ask", ask)
    bot.on("where", where)
    await bot.declare(("ask", []))
    await screen.look(cast.mira)
    command = {"channel": str(cast.raids.id), "name": "ask", "path": [], "options": {}}
    first = await screen.call("command", **command)
    await screen.until(lambda: first in screen.interactions and screen.interactions[first]["form"])
    await screen.look(cast.mira)
    assert screen.interactions[first]["form"]["title"] == "Where?"
    await screen.call("close_form", reply=first)
    await screen.until(lambda: screen.interactions[first]["form"] is None)
    second = await screen.call("command", **command)
    await screen.until(lambda: second in screen.interactions and screen.interactions[second]["form"])
    with pytest.raises(ValueError, match="does not take"):
        await screen.call("submit", reply=second, fields={"party": ""})
    assert screen.interactions[second]["form"]
    await screen.call("submit", reply=second, fields={"party": "3"})
    await screen.until(lambda: screen.interactions[second]["form"] is None and "taken" in screen.texts)


async def test_what_a_client_does_not_offer_is_refused_with_words(screen: Screen, cast: Cast, panel: str) -> None:
    await screen.look(cast.mira)
    with pytest.raises(ValueError, match="there is no button 'Dance'"):
        await screen.call("press", message=panel, button="Dance")
    with pytest.raises(ValueError, match="no such thing"):
        await screen.call("stop_at_request", n=1, pid=1)
    with pytest.raises(ValueError, match="That went wrong"):
        await screen.call("press", message="nonsense")
    assert await screen.call("send", channel=str(cast.raids.id), text="hello") is None
    await screen.until(lambda: "hello" in screen.texts)


async def test_while_the_night_is_played_one_may_look_but_not_act(
    screen: Screen, shown: Page, cast: Cast, panel: str
) -> None:
    await screen.look(cast.raiders[0])
    shown.backstage.set_state(night=True)
    await screen.until(lambda: screen.state["night"])
    with pytest.raises(ValueError, match="still being played"):
        await screen.call("press", message=panel, button="join")
    with pytest.raises(ValueError, match="still being played"):
        await screen.call("bot_kill")
    await screen.look(cast.mira)
    assert screen.texts == ["panel"]
    await screen.call("take_over")
    assert shown.backstage.taken_over.is_set()
    shown.backstage.open_to_all()
    await screen.look(cast.raiders[0])
    await screen.call("press", message=panel, button="join")


async def test_a_crowd_presses_and_underneath_one_sees_what_it_cost(
    screen: Screen, shown: Page, cast: Cast, panel: str
) -> None:
    await screen.look(cast.mira)
    told = await screen.call("crowd", what="join", count=5, seconds=0.1)
    assert (told["clicks"], told["answered"]) == (5, 5)
    assert 0 <= told["middle"] <= told["slowest"]
    newest = (await screen.call("underneath"))["interactions"][0]
    assert newest["who"] == cast.raiders[4].name
    assert newest["what"] == "button join"
    assert (newest["requests"], newest["refused"], newest["failed"]) == (1, 0, False)
    everybody = await screen.call("crowd", what="join", count=None, seconds=0)
    assert everybody["clicks"] == len(cast.raiders)


async def test_a_crowd_without_a_panel_is_told_what_is_missing(screen: Screen, cast: Cast) -> None:
    with pytest.raises(ValueError, match="no open run"):
        await screen.call("crowd", what="join", count=5, seconds=0)
