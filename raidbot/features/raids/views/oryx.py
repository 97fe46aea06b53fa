"""What members read and press of Oryx 3 alone."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import hikari

from raidbot.features.dungeons.api import Dungeon
from raidbot.features.raids import models as m
from raidbot.features.raids.views import ids
from raidbot.kernel.discord.answers import Form, Input, Reply
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import message_link
from raidbot.kernel.errors import UserError

_GREEN, _GREY, _BLUE = hikari.ButtonStyle.SUCCESS, hikari.ButtonStyle.SECONDARY, hikari.ButtonStyle.PRIMARY
_Button = tuple[hikari.ButtonStyle, CustomId, str]

HOW_TO_SUBMIT: Final = (
    "Take a screenshot of your **full screen** with the answers to `/who` and `/server` in the chat. "
    "Then type `/taken` here and attach it. Staff see it in the raid log, and **Start** works once it is there."
)
SOMEBODY_ELSES: Final = "The screenshot of this run comes from its organizer, <@{organizer}>, who types `/taken`."
SCORE_TOLD: Final = "Realm score: {score} %. The raiders were pinged."
REALM_CLOSED: Final = "The realm is closed and the raiders were pinged. Next: the miniboss."
THIRD_ROOM: Final = "The raiders were pinged for the third room."
MINIBOSS_PLACEHOLDER: Final = "Choose the miniboss"


def progress(run: m.Run | m.ActiveRun) -> list[str]:
    """Tell how far the run is, in one line; nothing while there is nothing to tell."""
    match run.stage:
        case None:
            return [] if run.realm_score is None else [f"🌍 **Realm score:** {run.realm_score} %"]
        case m.Stage.CLOSED:
            return ["🏰 **The realm is closed.**"]
        case m.Stage.MINIBOSS:
            return [f"⚔️ **Miniboss:** {run.miniboss and run.miniboss.label}"]
        case m.Stage.THIRD_ROOM:
            return ["🚪 **Third room:** join the sanctuary now."]


def screenshot_line(run: m.Run) -> str:
    """Tell the organizer whether the screenshot is there."""
    if run.screenshot_channel_id is None or run.screenshot_message_id is None:
        return "📷 No screenshot yet: press **Submit Screenshot** to learn how. You need it to start."
    link = message_link(run.guild_id, run.screenshot_channel_id, run.screenshot_message_id)
    return f"📷 [Screenshot]({link}) by <@{run.screenshot_by}>"


def screenshot_button(run: m.Run) -> _Button | tuple[hikari.ButtonStyle, CustomId, str, str]:
    """Draw the button that explains `/taken`; ticked once there is a screenshot."""
    button = ids.SubmitScreenshot(run.id)
    return (_GREY, button, "Submit Screenshot") if run.lacks_screenshot else (_GREEN, button, "Submit Screenshot", "✅")


def stage_buttons(run: m.Run) -> list[_Button]:
    """Draw the buttons of what comes next in a live run."""
    match run.stage:
        case None:
            score = (_GREY, ids.AskScore(run.id), "Realm Score %")
            return [score, (_BLUE, ids.CloseRealm(run.id), "Realm Closed")]
        case m.Stage.CLOSED:
            return [(_BLUE, ids.AskMiniboss(run.id), "Miniboss")]
        case m.Stage.MINIBOSS:
            return [(_BLUE, ids.ThirdRoom(run.id), "Third Room")]
        case m.Stage.THIRD_ROOM:
            return []


def score_form(run_id: int, score: int) -> Form:
    """Ask how full the realm is; `score` is what is known, 0 for nothing."""
    value = str(score) if score else None
    return Form(
        ids.ScoreForm(run_id, score),
        "Realm score",
        [Input("score", f"Percent, from 1 to {m.SCORE_MAX}", value, "45", max_length=3)],
    )


def choose_miniboss(run_id: int) -> Reply:
    """Ask who the miniboss is."""
    row = hikari.impl.MessageActionRowBuilder()
    menu = row.add_text_menu(ids.ChooseMiniboss(run_id).pack(), placeholder=MINIBOSS_PLACEHOLDER)
    for boss in m.Miniboss:
        menu.add_option(boss.label, boss.value, description=boss.epithet)
    return Reply("Who is it? The raiders are pinged as you choose.", rows=[row])


def miniboss_told(run: m.Run) -> Reply:
    """Confirm the miniboss."""
    return Reply(f"Miniboss: **{run.miniboss and run.miniboss.label}**. The raiders were pinged.")


def kept(submission: m.Submission, message_id: int, run: m.Run) -> str:
    """Confirm a screenshot."""
    link = message_link(submission.guild_id, submission.channel_id, message_id)
    text = f"Thanks! Your [screenshot]({link}) is in the raid log, where staff review it."
    if run.status is not m.RunStatus.OPEN:
        return text
    if run.party and run.location:
        return f"{text} You can press **Start** now."
    return f"{text} Set party and location, and you can press **Start**."


def log_entry(run: m.Run, dungeon: Dungeon, by: int, panel_message: int | None) -> hikari.Embed:
    """Draw what stands with a screenshot in the raid log."""
    lines = [f"**Organizer:** <@{run.organizer_id}>", f"**Sent by:** <@{by}>"]
    if panel_message is not None:
        lines.append(f"**Run:** [its panel]({message_link(run.guild_id, run.channel_id, panel_message)})")
    title = f"Screenshot: {dungeon.name}, run {run.id}"
    return hikari.Embed(title=title, description="\n".join(lines), colour=int(Colour.INFO))


def _no_oryx_run(error: m.NoOryxRunError) -> str:
    if error.run is None:
        return "You have no run going. Open one with `/run dungeon:Oryx 3`, then hand the screenshot in."
    return "Only Oryx 3 needs a screenshot, and your run is of another dungeon."


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.MissingScreenshotError: lambda _: (
        "Oryx 3 needs a screenshot before it can start. Press **Submit Screenshot** to learn how."
    ),
    m.NoOryxRunError: _no_oryx_run,
    m.NoRaidLogError: lambda _: (
        "This server has no raid log yet, where screenshots are kept. "
        "Ask an administrator to choose one with `/setchannels raid_log:`, then try again."
    ),
    m.RaidLogClosedError: lambda error: (
        f"I can't keep the screenshot in <#{error.channel_id}>. "
        f"Ask an administrator to give me there: {error.missing}. Then try again."
    ),
    m.NotAPictureError: lambda _: "That file isn't a picture. Attach your screenshot as PNG or JPEG.",
    m.PictureTooLargeError: lambda _: (
        f"That picture is too large: I keep {m.PICTURE_MAX // 2**20} MB at most. Save it as JPEG and try again."
    ),
    m.ScreenshotNotKeptError: lambda _: (
        "Discord didn't take your screenshot for the raid log. Please try again in a minute."
    ),
    m.BadScoreError: lambda _: f"The realm score is a number from 1 to {m.SCORE_MAX}.",
}
