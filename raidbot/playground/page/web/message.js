/** One message as an element, brought up to date part by part. */
import { avatar } from "./avatar.js";
import { css } from "./colours.js";
import { choosesThings, components } from "./components.js";
import { el, local, refill } from "./elements.js";
import { markdown, plainly } from "./markdown.js";
import { older } from "./world.js";

// Readable contrast (WCAG AA) for what the element writes small.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  .discord-message-timestamp, .discord-message-ephemeral, .discord-message-edited { color: #b5bac1 !important; }
  .discord-message-ephemeral-link { color: #6cbcff; cursor: pointer; }
  .discord-message-ephemeral-link:focus-visible { outline: 2px solid #fff; }
`);

const pictures = new CSSStyleSheet();
pictures.replaceSync(".discord-embed-image { max-width: min(400px, 100%) !important; }");

const LOADING = 1 << 7;
const THREAD_OPENED = 18;

/** Make the element of a message; `acts` is what its parts may ask for. */
export function messageElement(message, world, acts) {
  const made = el("discord-message", { "data-id": message.id, class: "message" });
  // Lit's own property: the element calls it for the link "Dismiss message".
  made.dismissMessageClicked = () => acts.dismiss(message.id);
  for (const part of ["content", "embeds", "attachments", "components", "reactions", "failed", "reply", "thread"]) {
    const slot = { content: undefined, failed: "components" }[part] ?? (part === "content" ? undefined : part);
    made.append(el("div", { class: `part ${part}`, slot }));
  }
  drawMessage(made, message, world, acts);
  made.updateComplete.then(() => {
    made.shadowRoot.adoptedStyleSheets = [...made.shadowRoot.adoptedStyleSheets, sheet];
    const link = made.shadowRoot.querySelector(".discord-message-ephemeral-link");
    link?.setAttribute("tabindex", "0");
    link?.addEventListener("keydown", (event) => event.key === "Enter" && acts.dismiss(message.id));
  });
  return made;
}

/** Bring the element of a message up to date. */
export function drawMessage(made, message, world, acts) {
  const { payload } = message;
  const { author } = payload;
  const name = world.name(author.id) ?? author.global_name ?? author.username;
  Object.assign(made, {
    author: name,
    avatar: avatar(author.id, name),
    bot: Boolean(author.bot),
    roleColor: world.colour(author.id) ?? "",
    timestamp: written(payload.timestamp),
    ephemeral: message.private,
    edited: Boolean(payload.edited_timestamp) && !payload.embeds.length,
    highlight: message.pings,
  });
  const part = (which) => made.querySelector(`:scope > .${which}`);
  const thinking = Boolean(payload.flags & LOADING);
  refill(part("content"), [payload.content, thinking, world.names, world.me.id], () =>
    thinking ? el("span", { class: "thinking" }, `${name} is thinking…`) : markdown(payload.content, world),
  );
  refill(part("embeds"), [payload.embeds, world.names], () => payload.embeds.map((one) => embed(one, world)));
  refill(part("attachments"), attachmentKey(payload.attachments), () => payload.attachments.map(attachment));
  refill(part("components"), [payload.components, world.me.id, choosesThings(payload) && world.names], () =>
    components(message, world, acts),
  );
  refill(part("reactions"), payload.reactions ?? [], () => reactions(payload.reactions ?? [], message, acts));
  refill(part("thread"), payload.thread ?? null, () => payload.thread && thread(payload.thread, acts));
  refill(part("reply"), origin(message, world), () => header(message, world));
  markUse(made, part("failed"), message, world);
}

const DAY_MS = 86_400_000;
const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "short" });

/** Write a time as Discord does beside a name: "Today at 20:15". */
function written(timestamp) {
  const when = new Date(timestamp);
  const days = [new Date(), new Date(Date.now() - DAY_MS)].map((day) => day.toDateString());
  const day = ["Today at", "Yesterday at"][days.indexOf(when.toDateString())] ?? `${DATE.format(when)},`;
  return `${day} ${TIME.format(when)}`;
}

/** Show which button waits for its answer, and that the last interaction failed. */
function markUse(made, failed, message, world) {
  const mine = world.interactionsOn(message.id, message.channel);
  const waiting = new Set(mine.filter((one) => !one.acknowledged && !one.failed).map((one) => one.used));
  for (const control of made.querySelectorAll("[data-custom-id]")) {
    control.classList.toggle("waiting", waiting.has(control.dataset.customId));
  }
  const shown = Boolean(mine[0]?.failed);
  refill(failed, shown, () => shown && el("span", { class: "failure" }, "This interaction failed"));
}

function origin(message, world) {
  const { interaction_metadata: about, message_reference: reference, type } = message.payload;
  if (about?.type === 2) return ["command", about.user.id, message.id, world.interactions.get(about.id)?.label];
  if (type === 19 && reference?.message_id) {
    return ["reply", reference.message_id, world.messages.get(reference.message_id)?.payload.embeds[0]?.title];
  }
  return null;
}

/** What stands above a message: the command that was used, or the message that it answers. */
function header(message, world) {
  const found = origin(message, world);
  if (found === null) return null;
  if (found[0] === "command") {
    const user = message.payload.interaction_metadata.user;
    const name = world.name(user.id) ?? user.username;
    const command = found[3]?.slice(1) ?? "a command";
    return el("discord-command", {
      author: name,
      avatar: avatar(user.id, name),
      command,
      "role-color": world.colour(user.id),
    });
  }
  const answered = world.messages.get(found[1])?.payload;
  if (!answered) return el("discord-reply", { deleted: true });
  const author = answered.author;
  const name = world.name(author.id) ?? author.username;
  const text = answered.content || answered.embeds[0]?.title || "Click to see attachment";
  return el(
    "discord-reply",
    { author: name, avatar: avatar(author.id, name), bot: Boolean(author.bot) },
    plainly(text.split("\n")[0], world).slice(0, 80),
  );
}

function embed(given, world) {
  const colour = given.color === undefined ? "#1e1f22" : css(given.color);
  const made = el("discord-embed", {
    color: colour,
    "embed-title": given.title && plainly(given.title, world),
    url: given.url,
    "author-name": given.author?.name,
    "author-image": local(given.author?.icon_url),
    "author-url": given.author?.url,
    image: local(given.image?.url),
    thumbnail: local(given.thumbnail?.url),
  });
  made.updateComplete.then(() => {
    made.shadowRoot.adoptedStyleSheets = [...made.shadowRoot.adoptedStyleSheets, pictures];
  });
  if (given.description)
    made.append(el("discord-embed-description", { slot: "description" }, markdown(given.description, world)));
  if (given.fields?.length) made.append(el("discord-embed-fields", { slot: "fields" }, fields(given.fields, world)));
  if (given.footer || given.timestamp) {
    const told = { slot: "footer", "footer-image": local(given.footer?.icon_url), timestamp: given.timestamp };
    made.append(el("discord-embed-footer", told, given.footer?.text ?? ""));
  }
  return made;
}

function fields(given, world) {
  let column = 0;
  return given.map((field) => {
    column = field.inline ? (column % 3) + 1 : 0;
    return el(
      "discord-embed-field",
      {
        "field-title": plainly(field.name, world),
        inline: field.inline,
        "inline-index": field.inline ? column : undefined,
      },
      markdown(field.value, world),
    );
  });
}

const attachmentKey = (attachments) => attachments.map((one) => [one.id, one.filename]);

function attachment(given) {
  const address = local(given.url);
  const picture = (given.content_type ?? "").startsWith("image/");
  if (picture && address) {
    return el("img", { class: "picture", src: address, alt: given.description ?? given.filename, loading: "lazy" });
  }
  return el(
    "a",
    { class: "file", href: address, download: given.filename },
    `📄 ${given.filename} (${size(given.size)})`,
  );
}

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`);

function reactions(given, message, acts) {
  return given.map((one) => {
    const key = one.emoji.id ? `${one.emoji.name}:${one.emoji.id}` : one.emoji.name;
    const label = one.emoji.id ? `:${one.emoji.name}:` : one.emoji.name;
    return el(
      "button",
      { type: "button", class: "reaction", onclick: () => acts.react(message.id, key) },
      `${label} ${one.count}`,
    );
  });
}

function thread(given, acts) {
  const open = () => acts.go(given.id);
  return el(
    "button",
    { type: "button", class: "thread-link", onclick: open },
    `🧵 ${given.name} · ${given.message_count ?? 0} messages ›`,
  );
}

export const isSystem = (message) => message.payload.type === THREAD_OPENED;
export const byAge = (a, b) => older(a.id, b.id);
