/** Guided tours: data from the server, walked here by the same calls that a person's clicks make. */
import { byId, el, refill, toast } from "./elements.js";
import { older, place } from "./world.js";

const GIVES_UP_MS = 45_000;
const AFTER_MS = 900;
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** The least id that something made from now on can have: ids begin with the time. */
const newId = () => String(BigInt(Date.now() - DISCORD_EPOCH_MS) << 22n);

export class Tours {
  #world;
  #acts;
  #doing = false;
  #slow = false;
  #timers = [];

  constructor(world, acts) {
    this.#world = world;
    this.#acts = acts;
  }

  /** The tour that the address names, the number of its step, and the id before which messages do not count. */
  get #now() {
    const [name, step, mark] = (place.get("tour") ?? "").split("!");
    const tour = this.#world.hello.tours.find((one) => one.name === name);
    return tour ? { tour, number: Number(step), step: tour.steps[Number(step)], mark } : null;
  }

  /** Fill the side panel: the tours, or the step of the one that is walked. */
  open(panel = byId("tours-panel")) {
    const now = this.#now;
    panel.replaceChildren(...(now ? this.#stepPanel(now) : this.#list()));
    this.draw();
  }

  close(panel) {
    panel.replaceChildren();
    this.#acts.highlight("");
  }

  #list() {
    const night = this.#world.hello.state.night;
    return [
      el("h2", {}, "Guided tours"),
      el("p", {}, "Each step says what happens and does it on “Next”; you may as well do it yourself."),
      ...this.#world.hello.tours.map((tour) =>
        el(
          "section",
          { class: "tour" },
          el("h3", {}, tour.title),
          el("p", {}, tour.summary),
          el(
            "button",
            {
              type: "button",
              class: "strong",
              "data-tour": tour.name,
              disabled: night,
              onclick: () => this.#start(tour),
            },
            `Start: ${tour.title}`,
          ),
        ),
      ),
    ];
  }

  #stepPanel({ tour, number, step }) {
    const last = number === tour.steps.length - 1;
    const next = el(
      "button",
      { id: "tour-next", type: "button", class: "strong", onclick: () => this.#next() },
      last ? "End the tour" : "Next",
    );
    return [
      el("p", { class: "count" }, `${tour.title}, step ${number + 1} of ${tour.steps.length}`),
      el("progress", { max: tour.steps.length - 1, value: number, "aria-label": "Progress of the tour" }),
      el("p", { id: "tour-text", "aria-live": "polite" }, step.text),
      el("p", { class: "actor" }, "You are ", el("b", {}, step.actor), "."),
      el("p", { id: "tour-state", role: "status" }),
      el(
        "div",
        { class: "row" },
        next,
        el("button", { type: "button", class: "plain", onclick: () => this.#stop() }, "Leave the tour"),
      ),
    ];
  }

  async #start(tour) {
    await this.#acts.becomeNow(tour.steps[0].actor);
    for (const label of tour.before) await this.#acts.pressLabel(label).catch(() => {});
    this.#go(tour, 0, newId());
  }

  #go(tour, number, mark) {
    this.#doing = this.#slow = false;
    this.#timers.forEach(clearTimeout);
    place.set({ tour: `${tour.name}!${number}!${mark}` });
    this.#acts.become(tour.steps[number].actor);
    const free = [null, document.body, byId("tour-next")].includes(document.activeElement);
    this.open();
    if (free) byId("tour-next").focus();
  }

  #stop() {
    this.#timers.forEach(clearTimeout);
    this.#doing = false;
    place.set({ tour: null });
    this.#acts.highlight("");
    this.open();
  }

  /** Do what the step says, or go on where there is nothing to do or it was done by hand. */
  async #next() {
    const { tour, number, step } = this.#now;
    if (number === tour.steps.length - 1) return this.#stop();
    if (!step.do.length || this.#reached(step)) return this.#advance();
    if (this.#doing) return undefined;
    this.#doing = true;
    this.#timers = [
      setTimeout(() => {
        this.#slow = true;
        this.draw();
      }, GIVES_UP_MS),
    ];
    this.draw();
    try {
      await Promise.all(step.do.map((deed) => this.#perform(deed)));
    } catch (error) {
      this.#doing = false;
      toast(error.message);
    }
    this.draw();
    return undefined;
  }

  /** A form covers the side panel, so the step stands in it too. */
  #besideForm(step) {
    const beside = byId("form-tour");
    if (!beside) return;
    refill(beside, step.text, () => [
      el("p", {}, step.text),
      el("button", { id: "tour-fill", type: "button", class: "plain", onclick: () => this.#next() }, "Next"),
    ]);
  }

  #perform(deed) {
    switch (deed.kind) {
      case "Type":
        return this.#acts.type(deed.command, deed.options);
      case "Press":
        return this.#acts.pressLabel(deed.label);
      case "Choose":
        return this.#acts.chooseLabel(deed.label);
      case "Fill":
        return this.#acts.fill(deed.fields);
      case "Crowd":
        return this.#acts.crowd(deed.what, deed.count, deed.seconds);
      default:
        return this.#acts.backstage(deed.what);
    }
  }

  #reached(step) {
    const wanted = step.until;
    if (wanted === null) return false;
    if (wanted.kind === "BotIs") return this.#world.online === wanted.online;
    if (wanted.kind === "SeesForm") return this.#acts.formTitle() === wanted.title;
    if (this.#world.me.name !== step.actor) return false;
    const { mark } = this.#now;
    const texts = [...this.#world.messages.values()]
      .filter((one) => older(one.id, mark) > 0)
      .map((one) => textOf(one.payload));
    return texts.some((text) => text.includes(wanted.text));
  }

  #advance() {
    const { tour, number, mark } = this.#now;
    if (number + 1 < tour.steps.length) this.#go(tour, number + 1, mark);
  }

  /** Look whether the step is done; called whenever something changed. */
  draw() {
    const now = this.#now;
    if (!now || !byId("tour-state")) return;
    if (this.#world.me.name && this.#world.me.name !== now.step.actor && !this.#acts.becoming())
      this.#acts.become(now.step.actor);
    const done = this.#reached(now.step);
    byId("tour-state").textContent = done
      ? "✓ Done."
      : this.#slow
        ? "This takes longer than it should: look at what the bot answered."
        : this.#doing
          ? "Doing it…"
          : "";
    byId("tour-next").disabled = this.#doing && !done && !this.#slow;
    this.#acts.highlight(done ? "" : now.step.highlight);
    this.#besideForm(now.step);
    if (done && !byId("tour-state").dataset.done) {
      byId("tour-state").dataset.done = "yes";
      const { tour, number } = now;
      this.#timers.push(
        setTimeout(() => {
          const still = this.#now;
          if (still && still.tour === tour && still.number === number) this.#advance();
        }, AFTER_MS),
      );
    }
  }
}

/** Everything there is to read in a message. */
function textOf(payload) {
  const embeds = (payload.embeds ?? []).flatMap((one) => [
    one.title,
    one.description,
    ...(one.fields ?? []).flatMap((field) => [field.name, field.value]),
  ]);
  return [payload.content, ...embeds].filter(Boolean).join("\n").replaceAll("**", "");
}
