"""The buttons, selects and forms of `/config` and `/setup`."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.guild_config.models import CONFIGURE, WrongOptionError, read_option
from raidbot.features.guild_config.panels import ConfigDesk
from raidbot.features.guild_config.service import ConfigService
from raidbot.features.guild_config.views import ids, overview
from raidbot.kernel.discord.answers import Answer, AskAgain, Bucket, Policy, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import Module, Option


class ConfigButtons:
    """Handlers of what administrators press."""

    def __init__(self, config: ConfigService, desk: ConfigDesk) -> None:
        self._config = config
        self._desk = desk

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        act = Policy(CONFIGURE, Answer.UPDATE, Bucket.BUTTON)
        return [
            Route(ids.Refresh, act, self._refresh),
            Route(ids.SwitchModule, act, self._switch_module),
            Route(ids.SwitchRunRoles, act, self._switch_run_roles),
            Route(ids.AskOption, Policy(CONFIGURE, Answer.MODAL, Bucket.BUTTON), self._ask),
            Route(ids.OptionForm, act, self._set_option),
            Route(ids.SetUp, Policy(CONFIGURE, Answer.UPDATE, Bucket.HEAVY), self._set_up),
        ]

    async def _refresh(self, request: Request, _: ids.Refresh) -> Result:
        return await self._desk.overview(request)

    async def _switch_module(self, request: Request, _: ids.SwitchModule) -> Result:
        name, _sep, wanted = request.values[0].partition(":")
        module = Module(name)
        await self._config.set_module(request.guild_id, module, request.user_id, enabled=wanted == "on")
        return await self._desk.overview(request, f"{module.title} is {wanted}.")

    async def _switch_run_roles(self, request: Request, custom_id: ids.SwitchRunRoles) -> Result:
        await self._config.set_options(request.guild_id, {Option.RUN_ROLES: custom_id.wanted}, request.user_id)
        return await self._desk.overview(request, f"Run roles are {'on' if custom_id.wanted else 'off'}.")

    async def _ask(self, request: Request, custom_id: ids.AskOption) -> Result:
        return overview.option_form(custom_id.option, request.settings)

    async def _set_option(self, request: Request, custom_id: ids.OptionForm) -> Result:
        option = custom_id.option
        try:
            value = read_option(option, request.fields.get("value", ""))
        except WrongOptionError as wrong:
            return AskAgain(wrong, overview.option_form(option, request.settings))
        await self._config.set_options(request.guild_id, {option: value}, request.user_id)
        return await self._desk.overview(request, "Saved.")

    async def _set_up(self, request: Request, custom_id: ids.SetUp) -> Result:
        return await self._desk.set_up(request, create=custom_id.create)
