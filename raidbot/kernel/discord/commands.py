"""Slash commands: lightbulb's declarative classes, run by the interaction runner.

A command class declares its options as lightbulb does and marks its handler with `@invoke(policy)`. The handler
takes the `Request` and whatever services it names by type; it returns a `Result`.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import hikari
import lightbulb
from lightbulb.commands.options import OptionData

from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.request import Interaction, Request
from raidbot.kernel.discord.runner import Runner
from raidbot.kernel.permissions import Capability

POLICY: Final = "raidbot_policy"
"""The attribute of a command's invoke method that holds its policy; the build fails for a command without one."""

RequestOf = Callable[[Interaction, str, str], Awaitable[Request | None]]


class Desk:
    """Turns interactions into requests and runs them; asked for by every command's invoke method."""

    def __init__(self, runner: Runner, request_of: RequestOf) -> None:
        self.runner = runner
        self.request_of = request_of


def invoke(policy: Policy) -> Callable[[Callable[..., Awaitable[Result]]], Any]:
    """Mark a command's handler, `async def (self, request, service: Type, …) -> Result`."""

    def decorate(handler: Callable[..., Awaitable[Result]]) -> Any:
        signature = inspect.signature(handler)
        own = list(signature.parameters.values())[2:]

        async def run(self: Any, ctx: lightbulb.Context, desk: Desk, **services: Any) -> None:
            request = await desk.request_of(ctx.interaction, "command", ctx.command_data.qualified_name)
            if request is not None:
                await desk.runner.run(request, policy, lambda asked: handler(self, asked, **services))

        kind = inspect.Parameter.KEYWORD_ONLY
        parameters = [
            *[p for name, p in inspect.signature(run).parameters.items() if name != "services"],
            *[parameter.replace(kind=kind) for parameter in own],
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__name__, run.__doc__ = handler.__name__, handler.__doc__
        setattr(run, POLICY, policy)
        return lightbulb.invoke(run)

    return decorate


def answer_failures(client: lightbulb.Client, desk: Desk) -> None:
    """Have the member told when a command fails before its handler is reached (options, injection)."""
    policy = Policy(Capability("see a command fail", None, None), Answer.PRIVATE, Bucket.COMMAND, quick=True)

    async def failed(error: lightbulb.exceptions.ExecutionPipelineFailedException) -> bool:
        request = await desk.request_of(error.context.interaction, "command", error.context.command_data.qualified_name)

        async def fail(_: Request) -> Result:
            raise error.causes[0]

        if request is not None:
            await desk.runner.run(request, policy, fail)
        return True

    client.error_handler(failed)


def policy_of(command: type[lightbulb.SlashCommand]) -> Policy | None:
    """Return the policy a command declares."""
    method = inspect.getattr_static(command, command._command_data.invoke_method)  # noqa: SLF001 - the only place lightbulb keeps it
    policy = getattr(method, POLICY, None)
    return policy if isinstance(policy, Policy) else None


def prime(command: type[lightbulb.SlashCommand]) -> None:
    """Have lightbulb's injection worked out once instead of at every call (linkd 0.6.5 forgets it: 150 us a call)."""
    method = inspect.getattr_static(command, command._command_data.invoke_method)  # noqa: SLF001 - see policy_of
    method._dependency_func = method._codegen_dependency_func()  # noqa: SLF001 - no public way in linkd 0.6.5


def name_of(command: type[lightbulb.SlashCommand]) -> str:
    """Return the name that a command is registered under."""
    return command._command_data.name  # noqa: SLF001 - see policy_of


def options_of(command: type[lightbulb.SlashCommand]) -> tuple[str, str, Sequence[OptionData[Any, Any]]]:
    """Return a command's name, its description, and its options in the order of declaration."""
    data = command._command_data  # noqa: SLF001 - see policy_of
    return data.name, data.description, list(data.options.values())


CHOICES: Final = 25
"""Choices of an autocomplete: Discord's most."""
Provider = Callable[..., Awaitable[Sequence[tuple[str, str]]]]
Completion = Callable[..., Awaitable[None]]


def autocomplete(provider: Provider) -> Completion:
    """Make an autocomplete provider of `async (focused text, guild id, service: Type, …) -> [(name, value)]`.

    Of more choices than Discord shows the first are offered. An answer that Discord no longer wants is not an error:
    the member typed on.
    """
    return _completion(provider, lambda ctx: int(ctx.interaction.guild_id or 0))


def autocomplete_beside(option: str) -> Callable[[Provider], Completion]:
    """Make one whose second argument is what was given for another option instead of the guild; "" for nothing."""

    def given(ctx: lightbulb.AutocompleteContext[str]) -> str:
        other = ctx.get_option(option)
        return "" if other is None else str(other.value or "")

    return lambda provider: _completion(provider, given)


def _completion(provider: Provider, second: Callable[[lightbulb.AutocompleteContext[str]], Any]) -> Completion:
    parameters = list(inspect.signature(provider).parameters.values())

    @functools.wraps(provider)
    async def complete(ctx: lightbulb.AutocompleteContext[str], **services: Any) -> None:
        choices = await provider(str(ctx.focused.value or ""), second(ctx), **services)
        try:
            await ctx.respond(list(choices)[:CHOICES])
        except (hikari.NotFoundError, hikari.BadRequestError):
            return

    first = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    complete.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [first, *[p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters[2:]]]
    )
    return lightbulb.di.with_di(complete)
