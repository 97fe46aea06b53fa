"""The panels of a run."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final

import hikari

from raidbot.features.dungeons.api import Dungeon, RaiderClass, resolve_emoji
from raidbot.features.raids.models import HOLDERS_SHOWN, EndReason, Holders, PingKind, Run, RunStatus, RunView
from raidbot.features.raids.views import ids, oryx
from raidbot.features.raids.views.texts import filling, last_call, mention_text, of_limit, raiders_joined, where
from raidbot.kernel.discord.answers import Form, Input, Reply, Rows
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import BUTTONS_A_ROW, DESCRIPTION, EMBED_TOTAL, FIELD, LABEL, cut, listed, plain, time

Emojis = Mapping[str, str]
"""Custom emoji by lower-case name, as `<:name:id>`."""
_Row = hikari.impl.MessageActionRowBuilder
Afterwards = Callable[[int, Dungeon], Rows]
"""Draws what an organizer can still do once a run has ended; other parts of the bot know."""
GREEN, RED, GREY, BLUE = (
    hikari.ButtonStyle.SUCCESS,
    hikari.ButtonStyle.DANGER,
    hikari.ButtonStyle.SECONDARY,
    hikari.ButtonStyle.PRIMARY,
)
_TITLES: Final = {
    RunStatus.OPEN: "⏳ Starting Soon: {}",
    RunStatus.LIVE: "🟢 LIVE: {}",
    RunStatus.ENDED: "✅ Ended: {}",
    RunStatus.CANCELLED: "❌ Cancelled: {}",
}
_REASONS: Final = {
    EndReason.ENDED: "Ended",
    EndReason.CANCELLED: "Cancelled",
    EndReason.EXPIRED: "Ended by itself: its time was over",
    EndReason.NEVER_STARTED: "Cancelled by itself: it was never started",
}
CLASS_PLACEHOLDER: Final = "Choose your class"


def _row(
    *buttons: tuple[Any, CustomId, str] | tuple[Any, CustomId, str, str] | None,
    off: type[CustomId] | tuple[type[CustomId], ...] = (),
) -> _Row:
    """Draw buttons: style, id, label and emoji; those whose id is of a type in `off` cannot be pressed."""
    row = _Row()
    for button in buttons:
        if button is not None:
            style, custom_id, label, *emoji = button
            row.add_interactive_button(
                style,
                custom_id.pack(),
                label=cut(label, LABEL),
                emoji=hikari.Emoji.parse(emoji[0]) if emoji else hikari.UNDEFINED,
                is_disabled=isinstance(custom_id, off),
            )
    return row


def _key_rows(run: Run, dungeon: Dungeon, emojis: Emojis) -> list[_Row]:
    buttons = [(GREY, ids.OfferKey(run.id, key.code), key.label, resolve_emoji(key, emojis)) for key in dungeon.keys]
    return [_row(*buttons[at : at + BUTTONS_A_ROW]) for at in range(0, len(buttons), BUTTONS_A_ROW)]


def _title(run: Run, dungeon: Dungeon) -> str:
    title = _TITLES[run.status].format(dungeon.name)
    return f"{title} | {run.chain}" if run.status is RunStatus.LIVE and run.chain else title


def _popped(run: Run, dungeon: Dungeon, now: datetime) -> str | None:
    if run.key_window_ends_at is None or run.key_window_ends_at <= now:
        return None
    key = dungeon.keys[0].emoji if dungeon.keys else "🗝️"
    return f"{key} **Key popped!** The portal closes {time(run.key_window_ends_at)}."


def offers(counts: Mapping[str, int], dungeon: Dungeon, emojis: Emojis, limits: Mapping[str, int] | None = None) -> str:
    """Write the keys that are offered, or have a limit: "🔑 Lost Halls: 2 • …"; empty when there are none."""
    most = limits or {}
    return " • ".join(
        f"{resolve_emoji(key, emojis)} {key.label}: {of_limit(counts.get(key.code, 0), most.get(key.code))}"
        for key in dungeon.keys
        if key.code in counts or key.code in most
    )


def _limited_classes(view: RunView) -> str:
    """Write how full the classes are that have a limit."""
    limits = view.run.class_limits
    return " · ".join(
        f"{raider.emoji} {raider.label} {of_limit(view.classes.get(raider.value, 0), limits[raider.value])}"
        for raider in RaiderClass
        if raider.value in limits
    )


def _duration(run: Run) -> str | None:
    if run.started_at is None or run.ended_at is None:
        return None
    minutes, seconds = divmod(int((run.ended_at - run.started_at).total_seconds()), 60)
    return f"{minutes}m {seconds}s"


def public(view: RunView, dungeon: Dungeon, emojis: Emojis, now: datetime, ping_roles: Sequence[int] = ()) -> Drawing:
    """Draw the panel that everybody sees: numbers only; names and classes are the organizer's.

    `ping_roles` are those of the dungeon, which the first post reaches.
    """
    run = view.run
    embed = hikari.Embed(title=_title(run, dungeon), colour=dungeon.colour)
    lines = [f"**Organizer:** <@{run.organizer_id}>"]
    if run.status.active:
        lines += [line for line in (_popped(run, dungeon, now), last_call(run)) if line]
        lines += oryx.progress(run)
        if run.join_locked:
            lines.append("🔒 Joining is locked.")
    elif run.end_reason is not None and run.ended_at is not None:
        lines.append(f"{_REASONS[run.end_reason]} {time(run.ended_at)}.")
    embed.description = "\n".join(lines)
    embed.add_field("Roster", filling(view) if run.status.active else raiders_joined(view.raiders), inline=True)
    if dungeon.keys:
        counts = {code: offered.count for code, offered in view.keys.items() if offered.count}
        told = offers(counts, dungeon, emojis, run.key_limits)
        embed.add_field("Keys", cut(told, FIELD) or "None", inline=True)
    if run.class_limits and run.status.active:
        embed.add_field("Places by class", cut(_limited_classes(view), FIELD))
    if run.description:
        embed.add_field("Organizer Note", cut(plain(run.description), FIELD))
    if not run.status.active:
        for name, value in (("Duration", _duration(run)), ("Final Chain", run.chain)):
            if value:
                embed.add_field(name, value, inline=True)
        return Drawing(run.status.value.title(), embed, mark=ids.Join(run.id).pack(), final=True)
    rows = [
        _row(
            (GREEN, ids.Join(run.id), "Join"),
            (RED, ids.Leave(run.id), "Leave"),
            (GREY, ids.OpenPanel(run.id), "Organizer Panel"),
            off=ids.Join if run.join_locked else (),
        ),
        *_key_rows(run, dungeon, emojis),
    ]
    content = " ".join(["@here", *(f"<@&{role_id}>" for role_id in ping_roles)])
    if run.status is RunStatus.LIVE:
        content = f"@here {where(run.party, run.location)}"
    return Drawing(content, embed, rows, pings_here=True, pings_roles=tuple(ping_roles), mark=ids.Join(run.id).pack())


def organizer(
    view: RunView,
    dungeon: Dungeon,
    note: str | None,
    now: datetime,
    called_for: str = "",
    afterwards: Afterwards = lambda *_: (),
) -> Drawing:
    """Draw the panel of an organizer: counts, classes, who holds keys, and the buttons of the run's state.

    `called_for` tells what the run calls for and who has it.
    """
    run = view.run
    embed = hikari.Embed(title=f"Organizer Panel: {dungeon.name}", colour=dungeon.colour)
    if not run.status.active:
        reason = _REASONS[run.end_reason] if run.end_reason else run.status.value.title()
        embed.colour = hikari.Colour(int(Colour.ERROR))
        embed.description = f"{reason}. {raiders_joined(view.raiders).capitalize()} when it was over."
        rows = afterwards(run.id, dungeon) if run.status is RunStatus.ENDED else ()
        return Drawing(None, embed, rows, final=True)
    lines = [f"*{note}*"] if note else []
    lines.append(f"**{filling(view)}**" + (" · 🔒 joining locked" if run.join_locked else ""))
    lines += [line for line in (last_call(run),) if line]
    lines.append(where(run.party, run.location) or "No party and location yet: set them before you start.")
    if run.status is RunStatus.LIVE:
        chain = f"{run.chain} · " if run.chain else ""
        lines.append(f"{chain}Ends by itself {time(run.expires_at)}.")
        lines += [line for line in (_popped(run, dungeon, now),) if line]
        lines += oryx.progress(run)
    else:
        lines.append(f"Closes by itself {time(run.expires_at)} if it isn't started.")
    if run.oryx_3:
        lines.append(oryx.screenshot_line(run))
    if run.chain_amount and not run.pops:
        lines.append(f"Planned chain: {run.chain_amount}")
    embed.description = cut("\n".join(lines), DESCRIPTION)
    told = [
        f"{raider.emoji} {raider.label}: "
        + of_limit(view.classes.get(raider.value, 0), run.class_limits.get(raider.value))
        for raider in RaiderClass
        if raider.value in view.classes or raider.value in run.class_limits
    ]
    if told:
        undecided = view.raiders - sum(view.classes.values())
        told += [f"no class: {undecided}"] if undecided > 0 else []
        embed.add_field("Classes", listed(told, FIELD, separator=" · "))
    for source, keys, limits in (
        ("Headcount Keys", view.headcount_keys, {}),
        ("Raid Keys", view.keys, run.key_limits),
    ):
        for key in dungeon.keys:
            offered = keys.get(key.code)
            if offered is not None:
                confirmed = f", {offered.confirmed:,} confirmed" if offered.confirmed else ""
                number = of_limit(offered.count, limits.get(key.code))
                name = f"{source}: {key.emoji} {key.label} ({number}{confirmed})"
                embed.add_field(name, holders(offered))
    room = EMBED_TOTAL - embed.total_length() - len("Called for")
    if called_for and room > 0:
        embed.add_field("Called for", cut(called_for, min(FIELD, room)))
    return Drawing(None, embed, _organizer_rows(run, dungeon))


def holders(offered: Holders, named: int = HOLDERS_SHOWN) -> str:
    """Name who offers a key: those who confirmed it, the others, and who backed out after confirming."""
    first = offered.first[:named]
    sure, others = first[: offered.confirmed], first[offered.confirmed :]
    rest = offered.count - len(first)
    lines = [f"✓ {mention_text(sure)}" if sure else "", mention_text(others)]
    text = "\n".join(line for line in lines if line) + (f" and {rest:,} more" if rest > 0 else "")
    if offered.backed_out:
        text += f"\nbacked out: {mention_text(offered.backed_out)}"
    return cut(text.strip(), FIELD)


def _organizer_rows(run: Run, dungeon: Dungeon) -> list[_Row]:
    lock = (GREY, ids.LockJoin(run.id, not run.join_locked), "Unlock Join" if run.join_locked else "Lock Join")
    texts = (GREY, ids.AskTexts(run.id), "Set Party/Location")
    chain = None if run.oryx_3 else (GREY, ids.AskChain(run.id), "Chain Amount")
    tools = [
        (GREY, ids.AskLimits(run.id), "Limits"),
        _last_call_button(run),
        (GREY, ids.ShowRoster(run.id), "Roster"),
        (GREY, ids.AskRequest(run.id), "Call for…"),
        (GREY, ids.AskTransfer(run.id), "Transfer"),
    ]
    if run.status is RunStatus.OPEN:
        ready = bool(run.party and run.location and not run.lacks_screenshot)
        rows = [
            _row((GREEN if ready else GREY, ids.Start(run.id), "Start"), (RED, ids.Cancel(run.id), "Cancel")),
            _row(lock, texts, chain),
        ]
        if run.oryx_3:
            rows.append(_row(oryx.screenshot_button(run), off=() if run.lacks_screenshot else ids.SubmitScreenshot))
        return [*rows, _row(*tools)]
    pop = (BLUE, ids.PopKey(run.id, run.pops), "Key popped", dungeon.keys[0].emoji if dungeon.keys else "🗝️")
    return [
        _row(
            (RED, ids.End(run.id), "End Run"),
            *(oryx.stage_buttons(run) if run.oryx_3 else [pop]),
            lock,
            (BLUE, ids.PingRaiders(run.id), "Ping Raiders"),
        ),
        _row(texts, chain, (RED, ids.Cancel(run.id), "Cancel Run")),
        _row(*tools),
    ]


def _last_call_button(run: Run) -> tuple[Any, CustomId, str] | None:
    if run.join_locked:
        return None
    if run.last_call_ends_at is not None:
        return (BLUE, ids.TakeBackLastCall(run.id), "Take Back Last Call")
    return (GREY, ids.LastCall(run.id), "Last Call")


def resting(run_id: int) -> Drawing:
    """Draw an organizer panel that is about to fall asleep."""
    embed = hikari.Embed(
        title="Organizer Panel",
        description="This panel rests: Discord lets me update it for 15 minutes after your last press.",
        colour=int(Colour.NEUTRAL),
    )
    return Drawing(None, embed, [_row((GREEN, ids.Refresh(run_id), "Refresh"))])


class _WrittenOnce(_Row):
    """A row that goes out a thousand times: its JSON is made once."""

    def build(self) -> tuple[MutableMapping[str, Any], Sequence[hikari.files.Resource[Any]]]:
        return self._written

    @cached_property
    def _written(self) -> tuple[MutableMapping[str, Any], Sequence[hikari.files.Resource[Any]]]:
        return super().build()


@lru_cache(maxsize=16)
def class_rows(run_id: int) -> tuple[_Row, ...]:
    """Draw the select that asks a raider for the class; the same for everybody in a run."""
    row = _WrittenOnce()
    menu = row.add_text_menu(ids.ChooseClass(run_id).pack(), placeholder=CLASS_PLACEHOLDER)
    for raider in RaiderClass:
        menu.add_option(raider.label, raider.value, emoji=raider.emoji)
    return (row,)


@lru_cache(maxsize=64)
def key_rows(run_id: int, key: str, *, confirmed: bool = False) -> tuple[_Row, ...]:
    """Draw what a raider who offers a key can press; the same for everybody who offers it."""
    row, confirm = _WrittenOnce(), ids.ConfirmKey(run_id, key).pack()
    if confirmed:
        row.add_interactive_button(hikari.ButtonStyle.SECONDARY, confirm, label="Where to?")
    else:
        row.add_interactive_button(hikari.ButtonStyle.SUCCESS, confirm, label="Confirm")
    row.add_interactive_button(hikari.ButtonStyle.DANGER, ids.BackOut(run_id, key).pack(), label="Back out")
    return (row,)


def takeover(run: Run, question: str) -> Reply:
    """Ask whether to open somebody else's panel."""
    row = _row((GREEN, ids.TakeOver(run.id, yes=True), "Open it"), (GREY, ids.TakeOver(run.id, yes=False), "No"))
    return Reply(embed=hikari.Embed(description=question, colour=int(Colour.WARNING)), rows=[row])


def ping_rows(kind: PingKind, run: Run) -> list[_Row]:
    """Draw the button under a ping that is an organizer's alone; nothing under the others."""
    if kind is PingKind.EXPIRING:
        return [_row((GREEN, ids.Extend(run.id, int(run.expires_at.timestamp())), "Extend by an hour"))]
    if kind is PingKind.TRANSFERRED:
        return [_row((GREEN, ids.OpenPanel(run.id), "Organizer Panel"))]
    return []


def transfer_rows(run: Run) -> list[_Row]:
    """Draw the select that asks who takes a run over."""
    row = _Row()
    row.add_select_menu(
        hikari.ComponentType.USER_SELECT_MENU,
        ids.TransferTo(run.id, run.organizer_id).pack(),
        placeholder="Choose the new organizer",
        min_values=1,
    )
    return [row]


def texts_form(run: Run, limit: int) -> Form:
    """Ask for party and location."""
    return Form(
        ids.TextsForm(run.id),
        "Party and location",
        [
            Input("party", "Party", value=run.party, placeholder="3", max_length=limit),
            Input("location", "Location", value=run.location, placeholder="USWest2, left bazaar", max_length=limit),
        ],
    )


def chain_form(run_id: int, amount: int | None = None) -> Form:
    """Ask for the length of the chain."""
    value = str(amount) if amount else None
    return Form(
        ids.ChainForm(run_id),
        "Chain amount",
        [Input("amount", "How many keys are planned? Empty: unknown", value, "5", required=False, max_length=2)],
    )
