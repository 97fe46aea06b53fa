"""An evening of three runs: one with two pops that ends, one that is cancelled, one that nobody ends."""

import asyncio
from collections.abc import Sequence

from tests.faults.auditor import Audit
from tests.faults.evening import Evening, Run, offers, titled
from tests.faults.story import Act, Story


class VoidEvening(Story):
    """Runs from the command to their ends, with a break in which two are under way."""

    def __init__(self, evening: Evening) -> None:
        super().__init__(evening)
        self.first: Run
        self.second: Run

    def acts(self) -> Sequence[Act]:
        """List the two halves."""
        return [self.until_the_break, self.after_the_break]

    async def until_the_break(self) -> None:
        """Play until two runs are under way: one live with two pops, one open."""
        evening = self.evening
        olga, otto = evening.town.organizers
        first, second = await asyncio.gather(
            evening.open_run(olga, "THE_VOID", "Void"), evening.open_run(otto, "NEST", "Nest")
        )
        await evening.interrupt()
        await asyncio.gather(*(evening.join(raider, first) for raider in evening.town.raiders))
        classed, keyed, _, leaver, deserter = evening.town.raiders
        await asyncio.gather(evening.choose_class(classed, first, "wizard"), evening.offer_key(keyed, first, "Vial"))
        await evening.set_texts(first, "3", "USW left bazaar")
        await evening.interrupt()
        await evening.press(first, "Start", lambda panel: offers(panel, "End Run"))
        await evening.press(first, "Key popped", lambda panel: "Chain 1" in panel.text)
        await evening.leave(leaver, first)
        await evening.press(first, "Lock Join", lambda panel: offers(panel, "Unlock Join"))
        await evening.set_chain(first, "5")
        await evening.interrupt()
        await evening.press(first, "Key popped", lambda panel: "Chain 2/5" in panel.text)
        await evening.ping(first)
        await evening.interrupt()
        await deserter.leave()
        await evening.see(lambda message: titled(message, first.name) and "4 raiders joined" in message.text)
        await evening.pass_time(30)  # the key window closes
        self.first, self.second = first, second

    async def after_the_break(self) -> None:
        """Play to the end: one run ended, one cancelled, a third that nobody ends."""
        evening = self.evening
        await evening.interrupt()
        await asyncio.gather(evening.finish(self.first, "End Run"), evening.finish(self.second, "Cancel"))
        await evening.interrupt()
        olga = evening.town.organizers[0]
        third = await evening.open_run(olga, "SNAKE_PIT", "Snake Pit", party="1", location="EUW2 pirate")
        await evening.join(evening.town.raiders[0], third)
        await evening.press(third, "Start", lambda panel: offers(panel, "End Run"))
        await evening.see(lambda message: "is starting now" in message.content)
        await evening.pass_time(14.2 * 60)
        panel = third.panel
        assert panel is not None
        await evening.outlast(lambda: panel.wait_for(lambda message: offers(message, "Refresh"), evening.patience))
        await evening.pass_time(100 * 60)
        await evening.extend(third)
        await evening.pass_time(2 * 60 * 60)
        await evening.see(lambda message: titled(message, third.name) and not message.buttons)

    async def as_it_should_end(self, audit: Audit) -> None:
        """Compare the runs, who completed them, classes and keys."""
        olga, (classed, keyed, third, leaver, deserter) = self.evening.town.organizers[0], self.evening.town.raiders
        assert await audit.statuses() == {
            "THE_VOID": "ended ended",
            "NEST": "cancelled cancelled",
            "SNAKE_PIT": "ended expired",
        }
        completed = [("THE_VOID", 1, one) for one in (olga, classed, keyed, third, leaver, deserter)]
        completed += [("THE_VOID", 2, one) for one in (olga, classed, keyed, third, deserter)]
        completed += [("SNAKE_PIT", 0, one) for one in (olga, classed)]
        assert sorted(await audit.completions()) == sorted((dungeon, pop, one.id) for dungeon, pop, one in completed)
        joined = await audit.query(
            "SELECT dungeon, user_id, class FROM run_raider JOIN run ON run.id = run_id WHERE joined"
        )
        stayed = {(one.id, None) for one in (olga, keyed, third)} | {(classed.id, "wizard")}
        assert {(user_id, chosen) for dungeon, user_id, chosen in joined if dungeon == "THE_VOID"} == stayed
        keys = await audit.query("SELECT key, user_id FROM run_key")
        assert keys == [("VIAL_OF_PURE_DARKNESS", keyed.id)]
