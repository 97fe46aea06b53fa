"""The buttons, selects and forms of `/configpoints` and `/configquota`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.quota import models as m
from raidbot.features.quota.service import ConfigService
from raidbot.features.quota.views import config as views
from raidbot.features.quota.views import ids
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Form, Policy, Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import ChannelKey


class ConfigButtons:
    """Handlers of what staff look at and administrators change."""

    def __init__(self, config: ConfigService, catalogue: Catalogue) -> None:
        self._config = config
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        look = Policy(m.SEE_CONFIG, Answer.UPDATE, Bucket.BUTTON)
        ask = Policy(m.CONFIGURE, Answer.MODAL, Bucket.BUTTON)
        act = Policy(m.CONFIGURE, Answer.UPDATE, Bucket.BUTTON)
        return [
            Route(ids.ShowWorths, look, self._show_worths),
            Route(ids.ChooseWorth, ask, self._ask_worth),
            Route(ids.WorthForm, act, self._set_worth),
            Route(ids.ShowQuota, look, self._show_quota),
            Route(ids.ChooseOverride, ask, self._ask_override),
            Route(ids.OverrideForm, act, self._set_override),
            Route(ids.AskFigures, ask, self._ask_figures),
            Route(ids.FiguresForm, act, self._set_figures),
            Route(ids.AskCalendar, ask, self._ask_calendar),
            Route(ids.CalendarForm, act, self._set_calendar),
            Route(ids.PostBoard, act, self._post),
            Route(ids.AskDelete, act, self._ask_delete),
            Route(ids.Delete, act, self._delete),
        ]

    # --- what dungeons are worth to raiders -----------------------------------------------------------------------

    async def _show_worths(self, request: Request, custom_id: ids.ShowWorths) -> Result:
        return await self._worths(request, custom_id.kind)

    async def _ask_worth(self, request: Request, custom_id: ids.ChooseWorth) -> Result:
        return await self._worth_form(request, custom_id.kind, self._catalogue.named(request.values[0]))

    async def _set_worth(self, request: Request, custom_id: ids.WorthForm) -> Result:
        kind, dungeon = custom_id.kind, self._catalogue.named(custom_id.dungeon)
        try:
            points = m.read_points(request.fields["points"], dungeon.name)
        except m.WrongPointsError as wrong:
            return AskAgain(wrong, await self._worth_form(request, kind, dungeon))
        await self._config.set_worth(request.guild_id, kind, dungeon.code, points, request.user_id)
        return await self._worths(request, kind, "Saved.")

    async def _worth_form(self, request: Request, kind: m.Worth, dungeon: Dungeon) -> Form:
        return views.worth_form(kind, dungeon, (await self._config.worths(request.guild_id))[kind])

    async def _worths(self, request: Request, kind: m.Worth, note: str = "") -> Reply:
        return views.points(await self._config.worths(request.guild_id), kind, self._catalogue, note)

    # --- quotas -----------------------------------------------------------------------------------------------------

    async def _show_quota(self, request: Request, custom_id: ids.ShowQuota) -> Result:
        return await self._quota(request, custom_id.role_id)

    async def _ask_override(self, request: Request, custom_id: ids.ChooseOverride) -> Result:
        return await self._override_form(request, custom_id.role_id, self._catalogue.named(request.values[0]))

    async def _set_override(self, request: Request, custom_id: ids.OverrideForm) -> Result:
        role_id, dungeon = custom_id.role_id, self._catalogue.named(custom_id.dungeon)
        try:
            points = m.read_points(request.fields["points"], dungeon.name)
        except m.WrongPointsError as wrong:
            return AskAgain(wrong, await self._override_form(request, role_id, dungeon))
        await self._config.set_override(_change(request, role_id), dungeon.code, points)
        return await self._quota(request, role_id, "Saved.")

    async def _override_form(self, request: Request, role_id: int, dungeon: Dungeon) -> Form:
        found = await self._config.configured(request.guild_id, role_id)
        return views.override_form(role_id, dungeon, found.overrides if found else ())

    async def _ask_figures(self, request: Request, custom_id: ids.AskFigures) -> Result:
        return await self._figures_form(request, custom_id.role_id, custom_id.form)

    async def _set_figures(self, request: Request, custom_id: ids.FiguresForm) -> Result:
        role_id, form = custom_id.role_id, custom_id.form
        try:
            figures = _figures(request, form)
        except m.WrongPointsError as wrong:
            return AskAgain(wrong, await self._figures_form(request, role_id, form))
        await self._config.set_figures(_change(request, role_id), figures)
        return await self._quota(request, role_id, "Saved.")

    async def _figures_form(self, request: Request, role_id: int, form: m.Figures) -> Form:
        found = await self._config.configured(request.guild_id, role_id)
        return views.figures_form(role_id, form, found.quota if found else None)

    async def _ask_calendar(self, request: Request, custom_id: ids.AskCalendar) -> Result:
        return await self._calendar_form(request, custom_id.role_id)

    async def _set_calendar(self, request: Request, custom_id: ids.CalendarForm) -> Result:
        role_id = custom_id.role_id
        try:
            calendar = m.read_calendar(request.fields["calendar"])
            anchor = m.read_moment(request.fields["anchor"])
        except (m.WrongCalendarError, m.WrongDateError) as wrong:
            return AskAgain(wrong, await self._calendar_form(request, role_id))
        await self._config.set_calendar(_change(request, role_id), calendar, anchor)
        return await self._quota(request, role_id, "Saved.")

    async def _calendar_form(self, request: Request, role_id: int) -> Form:
        found = await self._config.configured(request.guild_id, role_id)
        return views.calendar_form(role_id, found.quota if found else None, request.settings.zone)

    async def _post(self, request: Request, custom_id: ids.PostBoard) -> Result:
        change = _change(request, custom_id.role_id)
        await self._config.post(change)
        return await self._quota(request, custom_id.role_id, f"The panel is on its way to <#{change.channel_id}>.")

    async def _ask_delete(self, _: Request, custom_id: ids.AskDelete) -> Result:
        return views.ask_delete(custom_id.role_id)

    async def _delete(self, request: Request, custom_id: ids.Delete) -> Result:
        await self._config.delete(_change(request, custom_id.role_id))
        return await self._quota(request, custom_id.role_id, "The quota is deleted.")

    async def _quota(self, request: Request, role_id: int, note: str = "") -> Reply:
        found = await self._config.configured(request.guild_id, role_id)
        return views.quota(role_id, found, self._catalogue, request.settings.zone, note)


def _change(request: Request, role_id: int) -> m.Change:
    channel_id = request.settings.channels.get(ChannelKey.QUOTA)
    return m.Change(request.guild_id, role_id, request.user_id, request.id, channel_id)


def _figures(request: Request, form: m.Figures) -> Mapping[m.Figure, Decimal | None]:
    return {one: m.read_points(request.fields[one.value], views.LABELS[one]) for one in form.all}
