/** The page: draws what the chosen member sees, and sends what a person does. */
import "@skyra/discord-components-core";
import { Composer } from "./composer.js";
import { byId, el, refill, toast } from "./elements.js";
import { FormDialog } from "./form.js";
import { keepTime } from "./markdown.js";
import { drawMessage, isSystem, messageElement } from "./message.js";
import { Tours } from "./tours.js";
import { Underneath } from "./underneath.js";
import { Wire } from "./wire.js";
import { older, place, World } from "./world.js";

const AT_END_PX = 60;
const DIRECT = "dm";
const [CATEGORY, ...THREADS] = [4, 10, 11, 12];
const HIGHLIGHTS = {
  slash: "#composer",
  form: "#form",
  crowd: "#crowd",
  underneath: "#underneath-panel .faults",
  menu: "select.menu",
};

const world = new World();
const wire = new Wire(hear);
const begun = new Set(history.state?.form ? [history.state.form] : []);
let looking = "";
let ended = false;
let highlighted = "";
let shownChannel = null;
let shownMember = null;
let scheduled = false;
let redraw = false;
let atEnd = true;

// -- what a person, or a tour, does

/** Begin an interaction; refusals are shown, and make it false. */
async function interact(verb, details) {
  try {
    const id = await wire.call(verb, details);
    begun.add(id);
    draw();
    return id;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

const attempt = (verb, details) => wire.call(verb, details).catch((error) => toast(error.message));

const acts = {
  press: (message, button) => interact("press", { message, button }),
  select: (message, menu, values) => interact("select", { message, menu, values }),
  command: (channel, name, path, options) => interact("command", { channel, name, path, options }),
  submit: (reply, fields) => interact("submit", { reply, fields }),
  closeForm: (reply) => attempt("close_form", { reply }),
  dismiss: (message) => attempt("dismiss", { message }),
  send: (channel, text) => attempt("send", { channel, text }),
  react: (message, emoji) => attempt("react", { message, emoji, added: true }),
  go,
  /** Ask for completions; null when none came. */
  async autocomplete(details) {
    const id = await wire.call("autocomplete", details).catch(() => null);
    if (id === null) return null;
    await until(() => world.interactions.get(id)?.choices || world.interactions.get(id)?.failed, 4000);
    return world.interactions.get(id)?.choices ?? null;
  },
};

const tourActs = {
  become: (name) => {
    const id = idOf(name);
    if (id && id !== looking) look(id);
    go(world.hello.home);
  },
  async becomeNow(name) {
    tourActs.become(name);
    await until(() => world.me.name === name, 4000);
  },
  becoming: () => looking !== world.me.id,
  type: (name, options) => needed(acts.command(place.get("channel") ?? world.hello.home, name, [], options)),
  async pressLabel(label) {
    const found = newest((one) => one.type === 2 && one.label === label && !one.disabled);
    const id = await needed(acts.press(found.message.id, found.component.custom_id));
    await until(() => world.interactions.get(id)?.acknowledged || world.interactions.get(id)?.failed, 4000);
  },
  async chooseLabel(label) {
    const found = newest((one) => one.options?.some((option) => option.label === label));
    await needed(acts.select(found.message.id, found.component.custom_id, [label]));
  },
  fill: async (fields) => forms.fill(fields),
  crowd: (what, count, seconds) => underneath.crowd(what, count, seconds),
  backstage: (what) => wire.call(what),
  formTitle: () => forms.title,
  highlight: (what) => {
    if (what !== highlighted && ["crowd", "underneath"].includes(what)) side("underneath", true);
    highlighted = what;
    outline();
  },
};

async function needed(deed) {
  const id = await deed;
  if (id === false) throw new Error("That did not work.");
  return id;
}

const forms = new FormDialog(acts);
const composer = new Composer(world, acts);
const underneath = new Underneath(wire, world);
const tours = new Tours(world, tourActs);
const panels = { tours, underneath };

/** Find the newest message in sight with a component that fits. */
function newest(fits) {
  const shown = [...world.messagesOf(place.get("channel"))].reverse();
  for (const message of shown) {
    const component = message.payload.components?.flatMap((row) => row.components ?? []).find(fits);
    if (component) return { message, component };
  }
  throw new Error("What this step needs is not there: look at what the bot answered.");
}

function idOf(name) {
  return world.hello.people.flatMap(([, members]) => members).find(([, known]) => known === name)?.[0];
}

// -- where one looks

function look(member) {
  looking = member;
  place.set({ member });
  attempt("look", { member });
}

function go(channel, message) {
  place.set({ channel });
  draw();
  if (message) byId("log").querySelector(`[data-id="${message}"]`)?.scrollIntoView({ block: "center" });
}

// -- hearing

const waiting = new Set();

/** Wait until something is true, for so many milliseconds at most. */
function until(probe, ms) {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      waiting.delete(look);
      resolve();
    };
    const look = () => probe() && settle();
    const timer = setTimeout(settle, ms);
    waiting.add(look);
    look();
  });
}

function hear(heard) {
  if (heard.event === "gone") {
    ended = true;
    draw();
    return;
  }
  if (world.take(heard)) redraw = true;
  if (heard.event === "hello") {
    ended = false;
    fillPeople();
    const known = world.hello.people.flatMap(([, members]) => members.map(([id]) => id));
    look(known.includes(place.get("member")) ? place.get("member") : idOf("Mira"));
    const open = (place.get("side") ?? "").split("-");
    for (const name of Object.keys(panels)) if (open.includes(name)) side(name, true);
  }
  for (const probe of [...waiting]) probe();
  draw();
}

// -- drawing

/** Draw soon; many events at once are drawn once. */
function draw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    if (redraw) byId("who").value = looking;
    redraw = false;
    drawAll();
  });
}

function drawAll() {
  const channel = chosenChannel();
  drawChannels(channel);
  drawHead(channel);
  drawBanner();
  drawLog(channel);
  composer.draw(channel);
  forms.show(world, begun);
  tours.draw();
  underneath.draw();
  outline();
}

function chosenChannel() {
  const wanted = place.get("channel");
  if (world.channel(wanted)) return wanted;
  const first = world.channel(world.hello.home) ?? world.channels.find((one) => one.type !== CATEGORY);
  return first?.id ?? "";
}

function drawChannels(chosen) {
  refill(byId("channels"), [world.channels, chosen], () => {
    const top = world.channels.filter((one) => !THREADS.includes(one.type));
    const order = [...top].sort(
      (a, b) => (a.id === DIRECT) - (b.id === DIRECT) || (a.position ?? 0) - (b.position ?? 0),
    );
    return order.flatMap((one) => [
      channelItem(one, chosen),
      ...world.channels
        .filter((thread) => thread.parent === one.id && THREADS.includes(thread.type) && !thread.archived)
        .map((thread) => channelItem(thread, chosen)),
    ]);
  });
  byId("guild").textContent = world.guild.name || "raidbot playground";
}

function channelItem(channel, chosen) {
  if (channel.type === CATEGORY) return el("li", { class: "category" }, channel.name);
  const sign = channel.id === DIRECT ? "@" : THREADS.includes(channel.type) ? "└ " : "# ";
  const name = channel.id === DIRECT ? `${channel.name} (DM)` : channel.name;
  const button = el(
    "button",
    {
      type: "button",
      "data-channel": channel.id,
      "aria-current": channel.id === chosen ? "page" : undefined,
      onclick: () => go(channel.id),
    },
    el("span", { "aria-hidden": "true" }, sign),
    name,
  );
  return el("li", {}, button);
}

function drawHead(channel) {
  const info = world.channel(channel);
  byId("channel").textContent = info ? (info.id === DIRECT ? `@ ${info.name}` : `# ${info.name}`) : "";
  const state = ended ? "demo ended" : world.online ? "bot online" : "bot away";
  const bot = byId("bot");
  if (bot.textContent !== state) bot.textContent = state;
  bot.className = world.online && !ended ? "good" : "bad";
  const mine = (world.members.get(world.me.id)?.roles ?? []).map((id) => world.roles.get(id)?.name).filter(Boolean);
  byId("roles").textContent = rank(mine);
  const title = `${world.me.name} in ${world.guild.name}`;
  if (world.me.name && world.me.id === looking && document.title !== title) document.title = title;
}

function rank(roles) {
  if (!world.me.here) return "not in this server";
  return [...(world.me.owner ? ["Owner"] : []), ...roles].join(", ") || "no role";
}

function drawBanner() {
  const banner = byId("banner");
  const night = world.hello.state.night;
  banner.hidden = !night && !ended;
  refill(banner, [night, ended], () => {
    if (ended) return "The demo has ended. Start it again and open the address that it prints.";
    if (!night) return "";
    const stop = el(
      "button",
      { type: "button", class: "plain", onclick: () => attempt("take_over") },
      "End it, I play myself",
    );
    return [
      "A raid night is being played. Look over everybody's shoulder; when it is over the server is yours. ",
      stop,
    ];
  });
}

function drawLog(channel) {
  const log = byId("log");
  const anew = shownChannel !== channel || shownMember !== world.me.id;
  if (anew) {
    log.replaceChildren(el("discord-messages", { "no-background": true }));
    resized.disconnect();
    resized.observe(log);
    resized.observe(log.firstElementChild);
    atEnd = true;
    [shownChannel, shownMember] = [channel, world.me.id];
  }
  const list = log.firstElementChild;
  const there = new Map([...list.children].map((one) => [one.dataset.id, one]));
  let before = null;
  for (const message of entries(channel)) {
    let shown = there.get(message.id);
    there.delete(message.id);
    if (!shown) shown = make(message);
    else if (!message.failed && !isSystem(message)) drawMessage(shown, message, world, acts);
    const next = before ? before.nextElementSibling : list.firstElementChild;
    if (next !== shown) list.insertBefore(shown, next);
    before = shown;
  }
  for (const gone of there.values()) gone.remove();
}

/** List what the channel shows: messages, and commands without an answer. */
function entries(channel) {
  const failed = world
    .interactionsOn(null, channel)
    .filter((one, index) => index === 0 && one.failed && one.kind === 2)
    .map((one) => ({ id: one.id, failed: one.label }));
  return [...world.messagesOf(channel), ...failed].sort((a, b) => older(a.id, b.id));
}

function make(message) {
  if (message.failed) {
    return el(
      "discord-system-message",
      { type: "error", "data-id": message.id, timestamp: new Date().toISOString() },
      `${message.failed}: The application did not respond`,
    );
  }
  if (isSystem(message)) {
    const author = message.payload.author;
    return el(
      "discord-system-message",
      { type: "thread", "data-id": message.id, timestamp: message.payload.timestamp },
      `${world.name(author.id) ?? author.username} started a thread: ${message.payload.content}`,
    );
  }
  return messageElement(message, world, acts);
}

/** Who reads the end goes on reading the end, whatever grows. */
const resized = new ResizeObserver(() => {
  if (atEnd) byId("log").scrollTop = byId("log").scrollHeight;
});
byId("log").addEventListener("scroll", () => {
  const log = byId("log");
  atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < AT_END_PX;
});

/** Outline what a tour's step is about. */
function outline() {
  const old = [...document.querySelectorAll(".highlighted")];
  let wanted = [];
  if (highlighted.startsWith("button:")) {
    const label = highlighted.slice("button:".length);
    wanted = [...byId("log").querySelectorAll("discord-button")]
      .filter((one) => one.dataset.label === label && !one.disabled)
      .slice(-1);
  } else if (highlighted === "menu") wanted = [...byId("log").querySelectorAll("select.menu")].slice(-1);
  else if (highlighted) wanted = [...document.querySelectorAll(HIGHLIGHTS[highlighted])];
  for (const one of old) if (!wanted.includes(one)) one.classList.remove("highlighted");
  for (const one of wanted) one.classList.add("highlighted");
}

// -- around

function fillPeople() {
  const who = byId("who");
  who.replaceChildren(
    ...world.hello.people.map(([title, members]) =>
      el(
        "optgroup",
        { label: title },
        members.map(([id, name]) => el("option", { value: id }, name)),
      ),
    ),
  );
}

/** Open or close one of the two side panels; they stand above each other. */
function side(name, open) {
  const panel = byId(`${name}-panel`);
  if (open === panel.hidden) {
    panel.hidden = !open;
    if (open) panels[name].open(panel);
    else panels[name].close(panel);
  }
  byId(`show-${name}`).setAttribute("aria-pressed", String(open));
  const shown = Object.keys(panels).filter((one) => !byId(`${one}-panel`).hidden);
  byId("side").hidden = !shown.length;
  place.set({ side: shown.join("-") || null });
}

for (const name of Object.keys(panels)) {
  byId(`show-${name}`).addEventListener("click", () => side(name, byId(`${name}-panel`).hidden));
}
byId("who").addEventListener("change", () => look(byId("who").value));
byId("log").addEventListener("click", (event) => {
  const jump = event.target.closest("a.jump");
  if (!jump) return;
  event.preventDefault();
  go(jump.dataset.channel, jump.dataset.message);
});
addEventListener("hashchange", () => {
  if (place.get("member") && place.get("member") !== looking) look(place.get("member"));
  draw();
});
keepTime();
