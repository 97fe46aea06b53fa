"""Every sentence a raider or organizer reads outside the panels."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from raidbot.features.dungeons.api import Catalogue, Dungeon, DungeonKey, RaiderClass
from raidbot.features.members.api import suspended_text, unverified_text
from raidbot.features.raids import models as m
from raidbot.features.raids.views.limits import bad_limits
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.text import CONTENT, count, cut, message_link, plain, time
from raidbot.kernel.errors import UserError
from raidbot.kernel.owed import Panel


def where(party: str | None, location: str | None) -> str:
    """Write "Party: 3 | Location: USW castle" with what is known; empty when nothing is."""
    parts = [("Party", party), ("Location", location)]
    return " | ".join(f"**{name}:** {plain(text)}" for name, text in parts if text)


def opened(dungeon: Dungeon, link: str | None, *, role_budget_spent: bool) -> str:
    """Tell the organizer that the run is open."""
    panel = f"[its panel is up]({link})" if link else "its panel will be up in a moment"
    text = f"Your **{dungeon.name}** run is open: {panel}. You are joined already."
    if role_budget_spent:
        text += (
            "\nToo many run roles were made in the last two days, so this run goes without one. "
            "Pings will mention the raiders directly."
        )
    return text


def joined(
    dungeon: Dungeon, *, party: str | None, location: str | None, raider_class: RaiderClass | None = None
) -> str:
    """Confirm a join; with a class, that it was chosen with it."""
    place = where(party, location)
    if raider_class is not None:
        begin = f"You're in for **{dungeon.name}** as {raider_class.emoji} **{raider_class.label}**! "
        return begin + (f"{place}\nYou can change your class below." if place else "You can change your class below.")
    return f"You're in for **{dungeon.name}**! " + (
        f"{place}\nTell the organizer your class:" if place else "Tell the organizer your class:"
    )


CLASS_NEEDED: Final = "This run has places by class. Choose yours below, and you're in if it has one left."


def reserved(result: m.ClickResult) -> str:
    """Tell a raider their place on the reserve list and what they wait for."""
    place = f"at place {result.place:,}"
    if result.outcome is m.Outcome.RESERVED_FOR_CLASS and result.raider_class is not None:
        return (
            f"{_class(result.raider_class)} is full, so you're on the reserve list for it, {place}. "
            "I'll ping you when you move up. Or choose another class below."
        )
    return (
        f"The run is full, so you're on the reserve list, {place}. You move up when somebody leaves; I'll ping you. "
        "Press Leave to step off the list."
    )


def class_full(wanted: RaiderClass, result: m.ClickResult) -> str:
    """Tell a raider who is in that a class is full, so nothing was changed."""
    present = f" as {_class(result.raider_class)}" if result.raider_class else ""
    return f"{_class(wanted.value)} is full. You stay in{present}; choose another class below if you like."


def _class(value: str) -> str:
    raider_class = RaiderClass(value)
    return f"{raider_class.emoji} **{raider_class.label}**"


def class_set(raider_class: RaiderClass) -> str:
    """Confirm a class."""
    return f"You're in as {raider_class.emoji} **{raider_class.label}**. You can change it below."


def already_joined(*, party: str | None, location: str | None) -> str:
    """Tell a raider who is in that they are."""
    place = where(party, location)
    told = f"You're in already. {place}\n" if place else "You're in already. "
    return f"{told}Pick your class below, or press Leave to step out."


def key_added(key: DungeonKey, *, party: str | None, location: str | None) -> str:
    """Thank for a key and ask whether it is sure."""
    place = where(party, location)
    told = f"The run is at {place}. " if place else ""
    first = {0: "", 1: " The first to confirm learns the place before the start."}.get(
        key.early_location, f" The first {key.early_location} to confirm learn the place before the start."
    )
    return (
        f"{key.emoji} Thanks! Your **{key.name}** is noted. {told}Do you have it and will you bring it? "
        f"Then press **Confirm**.{first}"
    )


def key_confirmed(key: DungeonKey, confirmed: m.Confirmation) -> str:
    """Tell a raider who confirmed a key when they learn the place, or where it is."""
    done = f"{key.emoji} Your **{key.name}** is confirmed, thank you!"
    place = where(confirmed.party, confirmed.location)
    if place and confirmed.live:
        return f"{done} The run is at {place}."
    if place:
        return (
            f"{done} You're one of the first, so you get the place early: {place}\n"
            "Be there before the start, and keep it to yourself."
        )
    if confirmed.early:
        return (
            f"{done} You're one of the first, so you get the place early: I'll send it to you the moment it's set. "
            "If you take no direct messages, press **Where to?** then."
        )
    if not key.early_location:
        return f"{done} You get the place when the run starts."
    return (
        f"{done} Enough others confirmed before you, so you are on the list: you get the place when the run starts, "
        "or as soon as one of them backs out."
    )


def key_full(key: DungeonKey) -> str:
    """Thank for a key of which there are enough."""
    return f"{key.emoji} Thanks, but this run has all the **{key.name}** offers it needs. Keep it for the next one!"


def key_removed(key: DungeonKey) -> str:
    """Confirm that a key was taken back."""
    return f"{key.emoji} Your **{key.name}** is off the list."


def key_backed_out(key: DungeonKey) -> str:
    """Confirm that a key that was confirmed is taken back."""
    return f"{key_removed(key)} The organizer sees that you backed out."


OUTCOMES: Final[Mapping[m.Outcome, str]] = {
    m.Outcome.LEFT: "You left the run. Press Join if you change your mind.",
    m.Outcome.OFF_RESERVE: "You're off the reserve list. Press Join if you change your mind.",
    m.Outcome.NOT_JOINED: "You aren't in this run. Press Join first.",
    m.Outcome.LOCKED: "Joining is locked for this run. Ask the organizer, or catch the next one.",
    m.Outcome.OVER: "This run is over. Watch the channel for the next one.",
    m.Outcome.SUSPENDED: suspended_text("runs"),
}


def outcome(came_of: m.Outcome, verified_role: int | None) -> str:
    """Say what came of a click or command that changed nothing."""
    return unverified_text(verified_role) if came_of is m.Outcome.UNVERIFIED else OUTCOMES[came_of]


def _jump(panel: Panel | None) -> str:
    if panel is None or panel.message_id is None:
        return ""
    return f" ([jump to it]({message_link(panel.guild_id, panel.channel_id, panel.message_id)}))"


def _busy(error: m.BusyError, dungeon: Dungeon | None) -> str:
    """Tell an organizer what they are busy with and how to end it."""
    run, at = error.run, _jump(error.panel)
    if run is None:
        return (
            f"You have a headcount going{at}. `/headcount` shows you its panel: end it there or convert it to a run, "
            "and you can open a new one."
        )
    name = dungeon.name if dungeon else "a"
    how = "End Run" if run.status is m.RunStatus.LIVE else "Cancel"
    return (
        f"You already have a **{name}** run, {run.status.value} since {time(run.started_at or run.opened_at)}{at}. "
        f"Press **Organizer Panel** there and then **{how}**, and you can open a new one."
    )


def missing_texts(error: m.MissingTextsError) -> str:
    """Tell what Start still needs."""
    what = " and ".join(name for name, lacks in (("a party", error.party), ("a location", error.location)) if lacks)
    return f"The run needs {what} before it can start. Press **Set Party/Location** first."


def _limits(detail: Mapping[str, Any]) -> Sequence[str]:
    cap = [f"{detail['cap']:,} raiders"] if detail["cap"] else []
    return [*cap, *map(plain, [*detail["classes"], *detail["keys"]])] or ["none"]


AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    action: AuditText(title, "⚔️")
    for action, title in {
        "run.open": "Run opened",
        "run.start": "Run started",
        "run.end": "Run ended",
        "run.cancel": "Run cancelled",
        "run.expire": "Run over",
        "run.texts": "Run's party and location",
        "run.lock": "Run locked",
        "run.unlock": "Run unlocked",
        "run.chain": "Run's chain",
        "run.pop": "Key popped",
        "run.ping": "Raiders pinged",
        "run.extend": "Run extended",
        "run.take_over": "Run taken over",
        "run.transfer": "Run handed over",
        "run.request": "Raiders asked for something",
        "run.request_close": "Call closed",
        "run.stage": "Oryx 3 stage",
        "run.realm_score": "Realm score",
        "run.screenshot": "Screenshot",
        "run.last_call": "Last call",
        "run.last_call_off": "Last call taken back",
    }.items()
} | {"run.limits": AuditText("Run's limits", "⚔️", _limits)}

_UNFIT: Final = {
    m.Unfit.GONE: "they aren't in this server any more.",
    m.Unfit.BOT: "it is a bot.",
    m.Unfit.NOT_ALLOWED: "they may not organise runs.",
    m.Unfit.SUSPENDED: "they are suspended from raiding.",
    m.Unfit.BUSY: "they have a run or headcount of their own.",
    m.Unfit.ALREADY: "the run is theirs already.",
}
_ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.NoRaidChannelError: lambda _: (
        "This server has no raid channel yet. Ask an administrator to choose one with `/setchannels raid:`."
    ),
    m.RaidChannelClosedError: lambda error: (
        f"I can't post in <#{error.channel_id}>. Ask an administrator to give me there: {error.missing}."
    ),
    m.RunGoneError: lambda _: "I can't find this run any more.",
    m.RunOverError: lambda _: "This run is over already.",
    m.NotYetError: lambda _: "The run isn't live yet. Press **Start** first.",
    m.AlreadyLiveError: lambda _: "This run is live already.",
    m.MissingTextsError: missing_texts,
    m.AlreadyDoneError: lambda _: "Somebody did that a moment ago. Your panel shows how it stands.",
    m.NotOfferedError: lambda _: "That key is off the list. Press its button on the panel to offer it again.",
    m.UnfitOrganizerError: lambda error: (
        f"<@{error.user_id}> can't take this run over: {_UNFIT[error.why]} Choose somebody else."
    ),
    m.TooManyRequestsError: lambda _: (
        f"The run calls for {m.OPEN_REQUESTS_MAX} things already. Close one of them first."
    ),
    m.RequestClosedError: lambda _: "That was closed a moment ago. Press **Call for…** to see what is open.",
    m.BadChainError: lambda _: f"The chain is a number from 1 to {m.CHAIN_MAX}.",
    m.BadLimitsError: bad_limits,
    m.LongestError: lambda _: "A run lasts 24 hours at most. End it and open a new one.",
}


def error_texts(catalogue: Catalogue) -> Mapping[type[UserError], Callable[[Any], str]]:
    """Return the sentence for each error of raids."""

    def busy(error: m.BusyError) -> str:
        return _busy(error, catalogue.find(error.run.dungeon) if error.run else None)

    return {**_ERROR_TEXTS, m.BusyError: busy}


def somebody_elses(run: m.Run, dungeon: Dungeon) -> str:
    """Ask an organizer whether they mean to manage another's run."""
    return (
        f"This **{dungeon.name}** run is <@{run.organizer_id}>'s. You can manage it as if it were yours; "
        "the log will show that it was you. Open the panel?"
    )


def ask_transfer(run: m.Run, dungeon: Dungeon) -> str:
    """Ask who takes a run over."""
    return (
        f"Who takes the **{dungeon.name}** run over from <@{run.organizer_id}>? "
        "It is theirs as soon as you choose, and I'll ping them. They must be allowed to organise and free."
    )


def transferred(user_id: int) -> str:
    """Confirm that a run was handed over."""
    return f"The run is <@{user_id}>'s now. They are joined and were pinged."


def transfer_text(run: m.Run, dungeon: Dungeon, link: str | None, *, old: int, by: int) -> tuple[str, Sequence[int]]:
    """Write the ping of a run that was handed over by `by`: to the new organizer, and to the old one if not by them."""
    text = f"<@{run.organizer_id}>, the **{dungeon.name}** run is yours now: <@{by}> handed it over"
    text += f", it was <@{old}>'s." if by != old else "."
    whom = [run.organizer_id] if by == old else [run.organizer_id, old]
    return "\n".join(filter(None, (text, link))), whom


TAKEOVER_DECLINED: Final = "All right, nothing was changed."
EXTENDED: Final = "The run goes on until {until}."


def ping_text(kind: m.PingKind, run: m.Run, dungeon: Dungeon, link: str | None, mentions: str) -> str:
    """Write the first message of a ping."""
    heading = {
        m.PingKind.STARTING: f"**{dungeon.name}** is starting now!",
        m.PingKind.MANUAL: f"**{dungeon.name}**: the organizer calls!",
        m.PingKind.KEY_POPPED: f"**{dungeon.name}**: a key was popped!",
        m.PingKind.REALM_SCORE: f"**{dungeon.name}**: the realm is at {run.realm_score} %!",
        m.PingKind.REALM_CLOSED: f"**{dungeon.name}**: the realm is closed!",
        m.PingKind.MINIBOSS: f"**{dungeon.name}**: the miniboss is **{run.miniboss and run.miniboss.label}**!",
        m.PingKind.THIRD_ROOM: f"**{dungeon.name}**: third room! Join the sanctuary now.",
        m.PingKind.LAST_CALL: f"**{dungeon.name}**: last call!",
        m.PingKind.MOVED_UP: f"a place came free: you're in for **{dungeon.name}** now!",
        m.PingKind.EXPIRING: f"your **{dungeon.name}** run ends by itself {time(run.expires_at)}.",
    }[kind]
    lines = [f"{mentions} {heading}".strip()]
    if kind is m.PingKind.KEY_POPPED and run.key_window_ends_at is not None:
        lines.append(f"The portal closes {time(run.key_window_ends_at)}.")
    if kind is m.PingKind.LAST_CALL and run.last_call_ends_at is not None:
        lines.append(f"Joining closes {time(run.last_call_ends_at)}.")
    if kind is m.PingKind.EXPIRING:
        lines.append("Still going? Press Extend for another hour.")
    else:
        details = [where(run.party, run.location) if run.status is m.RunStatus.LIVE else "", run.chain or ""]
        lines.append(" | ".join(detail for detail in details if detail))
    if link:
        lines.append(link)
    return cut("\n".join(line for line in lines if line), CONTENT)


def mention_text(user_ids: Sequence[int]) -> str:
    """Write a message that only mentions."""
    return " ".join(f"<@{user_id}>" for user_id in user_ids)


def of_limit(number: int, most: int | None) -> str:
    """Write how many there are, and of how many: "12 / 20", "12"."""
    return f"{number:,}" if most is None else f"{number:,} / {most:,}"


def raiders_joined(number: int, cap: int | None = None) -> str:
    """Write "3 raiders joined", "3 / 20 raiders joined"."""
    return f"{count(number, 'raider')} joined" if cap is None else f"{of_limit(number, cap)} raiders joined"


def filling(view: m.RunView) -> str:
    """Write "12 / 20 raiders joined · 3 in reserve"."""
    reserves = f" · {view.reserves:,} in reserve" if view.reserves else ""
    return raiders_joined(view.raiders, view.run.cap) + reserves


def last_call(run: m.Run) -> str | None:
    """Write until when joining is open, while there is a last call."""
    return None if run.last_call_ends_at is None else f"📣 **Last call:** joining closes {time(run.last_call_ends_at)}."


def no_runs(channel_id: int | None) -> str:
    """Say that there is nothing to join, and what to do."""
    where_to_look = f" Keep an eye on <#{channel_id}>: that is where the next one shows up." if channel_id else ""
    return f"No run is open right now.{where_to_look} Organizers open one with `/run`."
