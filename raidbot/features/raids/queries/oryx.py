"""Statements on what only Oryx 3 has: the screenshot, the realm's score, the stages."""

from dataclasses import fields

import sqlalchemy as sa

from raidbot.features.dungeons.api import ORYX_3
from raidbot.features.raids.models import Miniboss, Run, Stage, Submission
from raidbot.features.raids.queries.clicks import ACTIVE
from raidbot.features.raids.tables import run
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam
_RUN = [run.c[field.name] for field in fields(Run)]
_this = (run.c.id == _p("run_id")) & (run.c.guild_id == _p("guild")) & (run.c.dungeon == ORYX_3)
_LIVE = sa.text("run.status = 'live'")
_MESSAGE = _p("message", type_=sa.BigInteger)
_CLICK = _p("click", type_=sa.BigInteger)

_note_screenshot = Statement(
    "raids.note_screenshot",
    sa.update(run)
    .where(_this, ACTIVE, run.c.screenshot_message_id.is_(None) | (run.c.screenshot_message_id < _MESSAGE))
    .values(
        screenshot_channel_id=_p("channel", type_=sa.BigInteger),
        screenshot_message_id=_MESSAGE,
        screenshot_by=_p("by", type_=sa.BigInteger),
    )
    .returning(*_RUN),
    Run,
)
_set_score = Statement(
    "raids.set_score",
    sa.update(run)
    .where(
        _this,
        _LIVE,
        run.c.stage.is_(None),
        sa.func.coalesce(run.c.realm_score, 0) == _p("seen", type_=sa.SmallInteger),
        run.c.oryx_click_id.is_distinct_from(_CLICK),
    )
    .values(realm_score=_p("score", type_=sa.SmallInteger), oryx_click_id=_CLICK)
    .returning(*_RUN),
    Run,
)
_move = Statement(
    "raids.move_stage",
    sa.update(run)
    .where(_this, _LIVE, run.c.stage.is_not_distinct_from(_p("before", type_=sa.Text)))
    .values(
        stage=_p("next_stage", type_=sa.Text),
        miniboss=sa.func.coalesce(_p("boss", type_=sa.Text), run.c.miniboss),
        oryx_click_id=_CLICK,
    )
    .returning(*_RUN),
    Run,
)


async def note_screenshot(conn: Connection, submission: Submission, message_id: int) -> Run | None:
    """Note the message that keeps a screenshot of an active run; None when a newer one is noted. Index: the key."""
    return await conn.maybe(
        _note_screenshot,
        guild=submission.guild_id,
        run_id=submission.run_id,
        channel=submission.channel_id,
        message=message_id,
        by=submission.by,
    )


async def set_score(
    conn: Connection, guild_id: int, run_id: int, *, score: int, seen: int, click_id: int
) -> Run | None:
    """Set the realm's score of a live run, if it was `seen` (0: none) and the realm is open. Index: the key."""
    return await conn.maybe(_set_score, guild=guild_id, run_id=run_id, score=score, seen=seen, click=click_id)


async def move(
    conn: Connection,
    guild_id: int,
    run_id: int,
    *,
    before: Stage | None,
    stage: Stage,
    miniboss: Miniboss | None,
    click_id: int,
) -> Run | None:
    """Take a live run that stands at `before` to a stage; None when it does not. Index: the key."""
    return await conn.maybe(
        _move,
        guild=guild_id,
        run_id=run_id,
        before=None if before is None else before.value,
        next_stage=stage.value,
        boss=None if miniboss is None else miniboss.value,
        click=click_id,
    )
