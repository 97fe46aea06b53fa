/** Discord's markdown, as elements. */
import { readable } from "./colours.js";
import { el } from "./elements.js";

const RULES = [
  [/^\\([^A-Za-z0-9\s])/, (m) => m[1]],
  [/^```(?:[a-z0-9+-]*\n)?([\s\S]+?)```/, (m) => el("discord-pre", {}, m[1])],
  [/^`([^`\n]+)`/, (m) => el("discord-code", {}, m[1])],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, (m, inner) => el("strong", {}, inner(m[1]))],
  [/^__([\s\S]+?)__/, (m, inner) => el("u", {}, inner(m[1]))],
  [/^\*(?=\S)((?:\*\*[\s\S]+?\*\*|[^*])+)\*(?!\*)/, (m, inner) => el("em", {}, inner(m[1]))],
  [/^_([^_\n]+)_(?!\w)/, (m, inner) => el("em", {}, inner(m[1]))],
  [/^~~([\s\S]+?)~~/, (m, inner) => el("s", {}, inner(m[1]))],
  [/^\|\|([\s\S]+?)\|\|/, (m, inner) => el("discord-spoiler", {}, inner(m[1]))],
  [/^<t:(-?\d+)(?::([tTdDfFR]))?>/, (m) => stamp(Number(m[1]), m[2] ?? "f")],
  [/^<@!?(\d+)>/, (m, _, world) => mention("user", world.name(m[1]) ?? "unknown-user", world.me.id === m[1])],
  [/^<@&(\d+)>/, (m, _, world) => roleMention(m[1], world)],
  [/^<#(\d+)>/, (m, _, world) => channelMention(m[1], world)],
  [/^<\/([^:>]+):\d+>/, (m) => mention("slash", m[1])],
  [/^<a?:(\w+):\d+>/, (m) => `:${m[1]}:`],
  [/^@(everyone|here)\b/, (m) => mention("user", m[1], true)],
  [/^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, (m, inner) => link(m[2], inner(m[1]))],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1], m[1])],
  [/^https?:\/\/[^\s<>)\]]+/, (m) => link(m[0], m[0])],
];
const SPECIAL = /[\\`*_~|<@[]|https?:/;

/** Read a text into nodes. */
export function markdown(text, world) {
  return blocks(text ?? "", world);
}

/** Read a text into one plain line, for where there is no room for more. */
export function plainly(text, world) {
  return inline(text, world)
    .map((node) => (node.localName === "discord-mention" ? `@${node.textContent}` : (node.textContent ?? node)))
    .join("");
}

function blocks(text, world) {
  const nodes = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) nodes.push(el("discord-quote", {}, lines(quoted, world)));
    quoted = [];
  };
  let plain = [];
  const settle = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), world));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^> ?(.*)/.exec(line);
    const heading = /^(#{1,3}) (.+)/.exec(line);
    const small = /^-# (.+)/.exec(line);
    if (!quote) flush();
    if (quote) {
      settle();
      quoted.push(quote[1]);
    } else if (heading || small) {
      settle();
      const made = heading
        ? el("discord-header", { level: heading[1].length }, inline(heading[2], world))
        : el("discord-subscript", {}, inline(small[1], world));
      nodes.push(made);
    } else plain.push(line);
  }
  flush();
  settle();
  return nodes;
}

const lines = (texts, world) => inline(texts.join("\n"), world);

function inline(text, world) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    plain.split("\n").forEach((line, index) => nodes.push(...(index ? [el("br")] : []), ...(line ? [line] : [])));
    plain = "";
  };
  while (text) {
    const inWord = text[0] === "_" && /\w$/.test(plain);
    const found = !inWord && RULES.map(([pattern, make]) => [pattern.exec(text), make]).find(([match]) => match);
    if (found) {
      const [match, make] = found;
      const made = make(match, (inner) => inline(inner, world), world);
      if (typeof made === "string") plain += made;
      else {
        flush();
        nodes.push(made);
      }
      text = text.slice(match[0].length);
      continue;
    }
    const next = text.slice(1).search(SPECIAL);
    const taken = next < 0 ? text.length : next + 1;
    plain += text.slice(0, taken);
    text = text.slice(taken);
  }
  flush();
  return nodes;
}

function mention(type, text, mine = false) {
  return el("discord-mention", { type, highlight: mine }, text);
}

function roleMention(id, world) {
  const role = world.roles.get(id);
  const color = role?.color ? readable(role.color) : "#c9cdfb";
  const mine = world.members.get(world.me.id)?.roles.includes(id) ?? false;
  return el("discord-mention", { type: "role", color, highlight: mine }, role?.name ?? "unknown-role");
}

function channelMention(id, world) {
  const channel = world.channel(id);
  if (!channel) return mention("channel", "unknown");
  return el(
    "a",
    { class: "jump", href: "#", "data-channel": id },
    el("discord-mention", { type: "channel" }, channel.name),
  );
}

function link(address, inner) {
  const jump = /^https:\/\/discord\.com\/channels\/\d+\/(\d+)(?:\/(\d+))?$/.exec(address);
  if (!jump) return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, inner);
  const shown = inner === address ? "jump to the message" : inner;
  return el("a", { class: "jump", href: "#", "data-channel": jump[1], "data-message": jump[2] }, shown);
}

// -- times

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
// Each unit with its length in seconds and how many of it are said as the next one.
const UNITS = [
  ["second", 1, 60],
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86400, 30],
  ["month", 2592000, 12],
  ["year", 31536000, Infinity],
];
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "always" });

function stamp(seconds, style) {
  const when = new Date(seconds * 1000);
  const exact = new Intl.DateTimeFormat("en", STYLES.F).format(when);
  const shown = el("time", { class: "stamp", datetime: when.toISOString(), title: exact });
  if (style === "R") shown.dataset.relative = seconds;
  shown.textContent = style === "R" ? relative(seconds) : new Intl.DateTimeFormat("en", STYLES[style]).format(when);
  return shown;
}

/** Write a span rounded, as Discord does: an hour and 50 minutes are "in 2 hours". */
export function relative(seconds, now = Date.now() / 1000) {
  const apart = seconds - now;
  const [unit, size] = UNITS.find(([, length, most]) => Math.round(Math.abs(apart) / length) < most);
  return RELATIVE.format(Math.round(apart / size), unit);
}

/** Keep the relative times right. */
export function keepTime() {
  setInterval(() => {
    for (const shown of document.querySelectorAll("time[data-relative]")) {
      const text = relative(Number(shown.dataset.relative));
      if (shown.textContent !== text) shown.textContent = text;
    }
  }, 1000);
}
