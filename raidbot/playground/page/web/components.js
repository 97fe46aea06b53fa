/** Buttons and select menus. */
import { el } from "./elements.js";

const BUTTON = 2;
const TEXT_MENU = 3;
const [USERS, ROLES, EITHER, CHANNELS] = [5, 6, 7, 8];
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "destructive", 5: "secondary", 6: "primary" };

// What Discord's components lack for the keyboard and for readable contrast (WCAG AA on white text).
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  button:focus-visible, a:focus-visible { outline: 2px solid #fff; outline-offset: 2px; }
  .success { background-color: #1f7a43; } .success.hoverable:hover { background-color: #1a6638; }
  .destructive { background-color: #d22d39; } .destructive.hoverable:hover { background-color: #a12d2f; }
  .primary { background-color: #5058d8; }
  :host(.waiting) > *:first-child { opacity: 0.55; }
  @media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
`);

/** Make the rows of a message's components. */
export function components(message, world, acts) {
  return (message.payload.components ?? [])
    .filter((row) => row.type === 1)
    .map((row) =>
      el(
        "discord-action-row",
        {},
        row.components.map((one) => component(one, message, world, acts)),
      ),
    );
}

/** Tell whether a message has a menu of members, roles or channels. */
export const choosesThings = (payload) =>
  (payload.components ?? []).some((row) => row.components?.some((one) => one.type >= USERS));

function component(given, message, world, acts) {
  return given.type === BUTTON ? button(given, message, acts) : menu(given, message, world, acts);
}

function emojiText(emoji) {
  if (!emoji) return "";
  return emoji.id ? `:${emoji.name}: ` : `${emoji.name} `;
}

function button(given, message, acts) {
  const shown = el(
    "discord-button",
    {
      type: STYLES[given.style],
      disabled: given.disabled,
      url: given.url,
      "data-custom-id": given.custom_id,
      "data-label": given.label,
      onclick: () => {
        if (!given.disabled && !given.url && !shown.classList.contains("waiting"))
          acts.press(message.id, given.custom_id);
      },
    },
    `${emojiText(given.emoji)}${given.label ?? ""}`.trim(),
  );
  // The real <button> is inside the element: what it lacks is set once it is there.
  shown.updateComplete?.then(() => {
    shown.shadowRoot.adoptedStyleSheets = [...shown.shadowRoot.adoptedStyleSheets, sheet];
    const inner = shown.shadowRoot.querySelector("button");
    if (inner) Object.assign(inner, { disabled: Boolean(given.disabled), type: "button" });
  });
  return shown;
}

// -- menus

function menu(given, message, world, acts) {
  const choices = choicesOf(given, world);
  const chosen = (values) => acts.select(message.id, given.custom_id, values);
  return given.max_values > 1 ? checklist(given, choices, chosen) : dropdown(given, choices, chosen);
}

/** List what can be chosen: [value as it is sent, label, whether it is chosen already]. */
function choicesOf(given, world) {
  if (given.type === TEXT_MENU) {
    return given.options.map((one) => {
      const label = `${emojiText(one.emoji)}${one.label}${one.description ? ` – ${one.description}` : ""}`;
      return [one.value, label, Boolean(one.default)];
    });
  }
  const things = [];
  if ([USERS, EITHER].includes(given.type)) things.push(...memberChoices(world));
  if ([ROLES, EITHER].includes(given.type)) things.push(...roleChoices(world));
  if (given.type === CHANNELS) things.push(...channelChoices(world, given.channel_types));
  return things.map(([value, label]) => [value, label, false]);
}

export function memberChoices(world) {
  return [...world.members.values()].map((one) => [{ kind: "user", id: one.id }, `@${one.name}`]);
}

export function roleChoices(world) {
  const roles = [...world.roles.values()].filter((one) => one.id !== world.guild.id);
  return roles.map((one) => [{ kind: "role", id: one.id }, `@${one.name}`]);
}

export function channelChoices(world, types) {
  const channels = world.channels.filter((one) => one.id !== "dm" && (!types?.length || types.includes(one.type)));
  return channels.map((one) => [{ kind: "channel", id: one.id }, `#${one.name}`]);
}

function dropdown(given, choices, chosen) {
  const placeholder = given.placeholder ?? "Make a selection";
  const select = el(
    "select",
    { class: "menu", "aria-label": placeholder, disabled: given.disabled, "data-custom-id": given.custom_id },
    el("option", { value: "", disabled: given.min_values !== 0, selected: true }, placeholder),
    choices.map(([, label, preset], index) => el("option", { value: String(index), selected: preset }, label)),
  );
  select.addEventListener("change", () => chosen(select.value === "" ? [] : [choices[Number(select.value)][0]]));
  return select;
}

function checklist(given, choices, chosen) {
  const boxes = choices.map(([, , preset]) => el("input", { type: "checkbox", checked: preset }));
  const send = el("button", { type: "button", class: "plain" }, "Choose");
  const count = () => boxes.filter((box) => box.checked).length;
  const judge = () => (send.disabled = count() < given.min_values || count() > given.max_values);
  const made = el(
    "details",
    { class: "menu", "data-custom-id": given.custom_id },
    el("summary", {}, given.placeholder ?? "Make selections"),
    el(
      "div",
      { class: "checklist" },
      choices.map(([, label], index) => el("label", {}, boxes[index], label)),
    ),
    send,
  );
  made.addEventListener("change", judge);
  send.addEventListener("click", () => {
    chosen(choices.filter((_, index) => boxes[index].checked).map(([value]) => value));
    made.open = false;
  });
  judge();
  return made;
}
