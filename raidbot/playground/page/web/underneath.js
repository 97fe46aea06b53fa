/** What happens underneath: the processes, a crowd, and what the last interactions cost. */
import { byId, el, toast } from "./elements.js";

const LOOK_MS = 700;
const FAULTS = [
  ["bot_kill", "Kill the bot (kill -9)", "danger"],
  ["bot_start", "Start the bot", "good"],
  ["database_restart", "Restart PostgreSQL", ""],
  ["gateway_drop", "Drop the gateway", ""],
  ["rate_limit", "429s for 8 s", ""],
];

export class Underneath {
  #wire;
  #world;
  #timer;
  #said = "";

  constructor(wire, world) {
    this.#wire = wire;
    this.#world = world;
  }

  /** Fill the side panel and keep its numbers fresh. */
  open(panel) {
    panel.replaceChildren(
      el("h2", {}, "Underneath"),
      el(
        "section",
        { "aria-label": "Processes" },
        el(
          "div",
          { class: "faults" },
          FAULTS.map((fault) => this.#faultButton(fault)),
        ),
        el("p", { id: "busy", role: "status" }),
      ),
      this.#crowd(),
      el(
        "section",
        { "aria-label": "Last interactions" },
        el("p", { id: "totals" }),
        el("div", { id: "interactions" }),
      ),
    );
    this.draw();
    this.#look();
  }

  close(panel) {
    clearTimeout(this.#timer);
    panel.replaceChildren();
  }

  /** Show how the processes stand. */
  draw() {
    if (!byId("busy")) return;
    const { night, bot, busy, refusing } = this.#world.hello.state;
    const told = [busy, refusing && "Discord refuses half of all requests"].filter(Boolean).join("; ");
    byId("busy").textContent = night ? "The played night has the processes for itself." : told;
    for (const button of byId("underneath-panel").querySelectorAll("[data-fault]")) {
      const possible =
        {
          bot_kill: bot === "running" && !busy,
          bot_start: bot === "gone" && !busy,
          rate_limit: !refusing,
          gateway_drop: true,
        }[button.dataset.fault] ?? !busy;
      button.disabled = night || !possible;
    }
    byId("crowd-go").disabled = night;
  }

  #faultButton([name, label, tone]) {
    const act = () => this.#wire.call(name).catch((error) => toast(error.message));
    return el("button", { type: "button", class: `fault ${tone}`, "data-fault": name, onclick: act }, label);
  }

  #crowd() {
    const what = el(
      "select",
      { id: "crowd-what" },
      [
        ["join", "press Join"],
        ["leave", "press Leave"],
        ["offer", "offer a key"],
      ].map(([value, label]) => el("option", { value }, label)),
    );
    const most = this.#world.hello.raiders;
    const count = el("input", { id: "crowd-count", type: "number", min: 1, max: most, value: Math.min(20, most) });
    const seconds = el("input", { id: "crowd-seconds", type: "number", min: 0, max: 60, value: 3 });
    const go = el("button", { id: "crowd-go", type: "submit", class: "strong" }, "Go");
    const form = el(
      "form",
      { id: "crowd", "aria-label": "A crowd" },
      el("label", { for: "crowd-count" }, "A crowd of"),
      count,
      el("label", { for: "crowd-what", class: "hidden" }, "does what"),
      what,
      el("label", { for: "crowd-seconds" }, "within"),
      seconds,
      el("span", {}, "seconds"),
      go,
      el("p", { id: "crowd-told", role: "status" }, this.#said),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.crowd(what.value, Number(count.value), Number(seconds.value)).catch((error) => toast(error.message));
    });
    return el("section", { "aria-label": "Crowd" }, form);
  }

  /** Let a crowd act, and tell how quickly it was answered. */
  async crowd(what, count, seconds) {
    this.#tell("They press…");
    try {
      const told = await this.#wire.call("crowd", { what, count, seconds });
      this.#tell(
        `${told.answered} of ${told.clicks} answered: half within ${told.middle} ms, the slowest in ${told.slowest} ms`,
      );
    } catch (error) {
      this.#tell("");
      throw error;
    }
  }

  #tell(text) {
    this.#said = text;
    if (byId("crowd-told")) byId("crowd-told").textContent = text;
  }

  async #look() {
    try {
      this.#numbers(await this.#wire.call("underneath"));
    } catch {
      // the demo has ended: the banner says so
    }
    if (byId("interactions")) this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  #numbers(told) {
    if (!byId("totals")) return;
    const logged = told.statements !== null;
    byId("totals").textContent =
      `${told.requests.toLocaleString("en")} REST requests, ${told.refused.toLocaleString("en")} refused with 429` +
      (logged ? `, ${told.statements.toLocaleString("en")} statements` : "");
    byId("interactions").replaceChildren(
      el(
        "table",
        {},
        el("caption", { class: "hidden" }, "The last interactions, newest first"),
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            ["Who, what", "Ack ms", "Done ms", "REST", "SQL", "Waits"].map((title) =>
              el("th", { scope: "col" }, title),
            ),
          ),
        ),
        el(
          "tbody",
          {},
          told.interactions.map((one) => row(one, logged)),
        ),
      ),
    );
  }
}

function row(one, logged) {
  const ms = (seconds) => (seconds === null ? "…" : Math.round(seconds * 1000).toLocaleString("en"));
  const ack = one.failed ? el("b", { class: "failure" }, "failed") : ms(one.acknowledged_after);
  const statements = one.statements || (logged && one.acknowledged_after !== null ? "shared" : "–");
  const waits = [one.refused ? `${one.refused} × 429` : "", one.waited ? `${one.waited.toFixed(1)} s` : ""]
    .filter(Boolean)
    .join(", ");
  const what = el("td", { title: one.what }, el("b", {}, one.who), ` ${readable(one.what)}`);
  return el(
    "tr",
    {},
    what,
    [ack, one.failed ? "–" : ms(one.completed_after), one.requests, statements, waits || "–"].map((cell) =>
      el("td", {}, cell),
    ),
  );
}

/** "button run.join|1|7" is "button run.join". */
const readable = (what) => what.replace(/^((?:button|select|modal) [^:|]+)[:|].*/, "$1");
