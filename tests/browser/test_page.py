"""The page as members use it."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.visitor import SOON_MS, Visitor


def test_the_same_panel_differs_by_who_looks(visitor: Visitor, raider: str) -> None:
    visitor.open_run()
    visitor.says("Organizer Panel: Lost Halls")
    visitor.be(raider)
    visitor.says("Starting Soon: Lost Halls")
    expect(visitor.page.locator("#log")).not_to_contain_text("Organizer Panel: Lost Halls")
    visitor.press("Join")
    visitor.says("You're in for Lost Halls")
    visitor.be("Newt")
    visitor.press("Join")
    visitor.says("Only verified raiders can take part")
    expect(visitor.page.locator("#log")).not_to_contain_text("You're in for")
    visitor.be("Sly")
    visitor.press("Join")
    visitor.says("You are suspended")
    visitor.be("Mira")
    visitor.says("2 raiders joined")


def test_the_slash_box_offers_what_the_member_may_use(visitor: Visitor) -> None:
    box, options = visitor.page.locator("#box"), visitor.page.locator("#commands [role=option] b")
    box.fill("/")
    offered = options.all_inner_texts()
    assert "/run" in offered
    assert "/setroles" not in offered
    visitor.be("Olivia")
    box.fill("/")
    expect(options.filter(has_text="/setroles")).to_be_visible()
    assert set(offered) < set(options.all_inner_texts())
    box.fill("/set")
    expect(options).to_have_text(["/setchannels", "/setroles", "/setup"])
    box.press_sequentially("unknown")
    expect(visitor.page.locator("#commands")).to_contain_text("No command")


def test_an_option_completes_itself_as_one_types_and_the_arrow_keys_choose(visitor: Visitor) -> None:
    page = visitor.page
    page.fill("#box", "/run")
    page.keyboard.press("Tab")
    box = page.locator("#option-dungeon")
    expect(box).to_be_focused()
    options = page.locator("#composer [role=option]")
    expect(options.first).to_be_visible()  # before anything is typed: recent ones
    page.keyboard.type("the")
    expect(options.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    second = options.nth(1).inner_text()
    assert page.locator("#composer [aria-selected=true]").inner_text() == second
    page.keyboard.press("Enter")
    expect(box).to_have_value(second)
    page.click("text=+ location")
    page.keyboard.type("USWest2")
    page.keyboard.press("Enter")
    visitor.says(f"Organizer Panel: {second}")
    visitor.says("USWest2")
    expect(page.locator("#box")).to_be_focused()


def test_roles_and_channels_are_picked_from_lists(visitor: Visitor) -> None:
    page = visitor.page
    visitor.be("Olivia")
    page.click("#channels >> text=staff")
    page.fill("#box", "/setroles")
    page.keyboard.press("Enter")
    page.click("text=+ muted")
    page.select_option("#option-muted", label="@Security")
    page.click("#command >> text=Send")
    visitor.says("Muted: not set → Security")
    page.fill("#box", "/unset")
    page.keyboard.press("Enter")
    page.click("text=+ role")
    page.select_option("#option-role", label="Muted")
    page.click("#command >> text=Send")
    expect(page.locator("#log discord-embed").last).to_contain_text("Muted")


def test_a_form_keeps_the_focus_comes_back_after_a_reload_and_is_sent_off(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open_run()
    visitor.press("Set Party/Location")
    form = page.locator("#form")
    expect(form).to_be_visible()
    expect(page.locator("#field-party")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        within = "() => [document.body, ...document.querySelectorAll('#form *')].includes(document.activeElement)"
        assert page.evaluate(within)
    page.reload()
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).not_to_be_visible()
    visitor.press("Set Party/Location")
    page.fill("#field-party", "7")
    page.click("#form >> text=Submit")
    expect(form).to_be_visible()  # the browser asks for the location
    page.fill("#field-location", "EUWest, right bazaar")
    page.keyboard.press("Enter")
    expect(form).not_to_be_visible()
    visitor.says("Party: 7 | Location: EUWest, right bazaar")


def test_all_can_be_done_with_the_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    page.reload()
    expect(page.locator("#bot")).to_have_text("bot online")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # "Skip to the message box"
    page.keyboard.press("Tab")
    for _ in range(200):  # past every channel and thread of the list
        if visitor.focused()["id"] == "box":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("/run")
    expect(page.locator("#commands [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#option-dungeon")).to_be_focused()
    page.keyboard.type("shat")
    expect(page.locator("#composer [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(visitor.button("Join")).to_be_visible()
    visitor.page.locator("#box").focus()
    for _ in range(200):
        page.keyboard.press("Shift+Tab")
        if visitor.focused()["label"] == "Leave":
            break
    assert visitor.focused()["tag"] == "BUTTON"
    page.keyboard.press("Enter")
    visitor.says("You left the run")


def test_a_dismissed_message_stays_away(visitor: Visitor, raider: str) -> None:
    visitor.open_run()
    visitor.be(raider)
    visitor.press("Join")
    private = visitor.page.locator("#log discord-message").filter(has_text="You're in for Lost Halls")
    expect(private).to_have_count(1)
    private.get_by_role("button", name="Dismiss message").click()
    expect(private).to_have_count(0)
    visitor.page.reload()
    visitor.says("Starting Soon")
    expect(private).to_have_count(0)


def test_kill_9_in_the_middle_and_all_goes_on(visitor: Visitor, raider: str) -> None:
    visitor.open_run()
    visitor.side("underneath")
    visitor.page.click("[data-fault=bot_kill]")
    visitor.bot_is("away")
    visitor.be(raider)
    visitor.press("Join")
    visitor.says("This interaction failed")
    visitor.page.click("[data-fault=bot_start]")
    visitor.bot_is("online")
    visitor.press("Join")
    visitor.says("You're in for")
    expect(visitor.page.locator("#log")).not_to_contain_text("This interaction failed")
    visitor.be("Mira")
    visitor.says("2 raiders joined")


def test_a_crowd_joins_while_postgresql_restarts(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open_run()
    visitor.side("underneath")
    page.fill("#crowd-count", "30")
    page.fill("#crowd-seconds", "2")
    page.click("#crowd-go")
    page.click("[data-fault=database_restart]")
    expect(page.locator("#crowd-told")).to_contain_text("30 of 30 answered", timeout=3 * SOON_MS)
    visitor.says("31 raiders joined")
    expect(page.locator("#interactions tbody tr").first).to_contain_text("button")


def test_a_message_and_a_direct_message_are_written_by_hand(visitor: Visitor, raider: str) -> None:
    page = visitor.page
    page.fill("#box", "**hello** <@&1> \\*stars\\* ||boo|| <script>alert(1)</script>")
    page.keyboard.press("Enter")
    visitor.says("hello unknown-role@ *stars*")
    expect(page.locator("#log strong").last).to_have_text("hello")
    visitor.says("<script>alert(1)</script>")
    page.click("[data-channel=dm]")
    page.fill("#box", "anybody there?")
    page.keyboard.press("Enter")
    visitor.says("anybody there?")
    visitor.be(raider)
    expect(page.locator("#log")).not_to_contain_text("anybody there?")


def test_who_does_not_know_the_address_gets_404(visitor: Visitor) -> None:
    parts = urlsplit(visitor.address)
    with visitor.page.context.new_page() as stranger:
        for path in ("/", "/page.js", parts.path[:-3] + "x/"):
            answer = stranger.goto(f"http://{parts.netloc}{path}")
            assert answer is not None
            assert answer.status == 404


def test_a_phone_shows_everything_without_scrolling_sideways(phone: Visitor) -> None:
    phone.open_run()
    for panel in ("tours", "underneath"):
        phone.side(panel)
        assert phone.page.evaluate("() => document.documentElement.scrollWidth") <= 390
        expect(phone.page.locator("#box")).to_be_in_viewport(ratio=1)
        phone.page.click(f"#show-{panel}")
    phone.press("Leave")
    phone.says("You left the run")


CONTRAST = """() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    const light = (colour) => {
        const [x, y, z] = colour.slice(0, 3).map((one) => linear(one / 255));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
            const [r, g, b, alpha] = rgb(getComputedStyle(at).backgroundColor);
            if (r !== undefined && (alpha === undefined || alpha > 0.9)) return [r, g, b];
        }
        return [49, 51, 56];
    };
    const poor = [];
    const walk = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot) walk(element.shadowRoot);
            const own = [...element.childNodes].filter((one) => one.nodeType === 3);
            const text = own.map((one) => one.textContent.trim()).join("");
            const button = element.tagName === "BUTTON" && element.getRootNode() !== document;
            if ((!text && !button) || !element.checkVisibility({ opacityProperty: true }) || element.disabled) continue;
            if (["OPTION", "OPTGROUP", "STYLE", "DISCORD-SPOILER"].includes(element.tagName)) continue;
            const [one, two] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
            const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
            if (ratio < 4.5) poor.push(`${element.tagName}.${element.className} ${text} ${ratio.toFixed(2)}`);
        }
    };
    walk(document.body);
    return poor;
}"""


def test_all_text_stands_out_from_what_is_behind_it(visitor: Visitor, raider: str) -> None:
    visitor.open_run()
    visitor.be(raider)
    visitor.press("Join")
    visitor.says("You're in for")
    visitor.side("tours")
    visitor.side("underneath")
    expect(visitor.page.locator("#interactions tbody tr").first).to_be_visible()
    assert visitor.page.evaluate(CONTRAST) == []
