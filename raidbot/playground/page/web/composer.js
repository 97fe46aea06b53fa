/** The box below the messages: text, or a slash command with its options. */
import { channelChoices, memberChoices, roleChoices } from "./components.js";
import { byId, el } from "./elements.js";

const [SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
];
const TYPED_AFTER_MS = 120;

/** Lay out every command that can be sent: one entry a subcommand. */
function leaves(commands) {
  const found = [];
  const walk = (name, path, about) => {
    const below = (about.options ?? []).filter((one) => one.type === SUBCOMMAND || one.type === GROUP);
    if (below.length) for (const one of below) walk(name, [...path, one.name], one);
    else
      found.push({
        name,
        path,
        title: ["/" + name, ...path].join(" "),
        description: about.description,
        options: about.options ?? [],
      });
  };
  for (const command of commands) walk(command.name, [], command);
  return found.sort((a, b) => a.title.localeCompare(b.title));
}

/** A list below or above a text box, walked with the arrow keys: the WAI-ARIA combobox. */
class Suggestions {
  #input;
  #list;
  #choose;
  #items = [];
  #at = -1;

  constructor(input, list, choose) {
    this.#input = input;
    this.#list = list;
    this.#choose = choose;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    list.setAttribute("role", "listbox");
    input.addEventListener("blur", () => this.show([]));
  }

  get open() {
    return this.#items.length > 0;
  }

  /** Offer items: {label, detail, value}. */
  show(items, hint = "") {
    this.#items = items;
    this.#list.replaceChildren(
      ...items.map((item, index) =>
        el(
          "li",
          {
            role: "option",
            id: `${this.#list.id}-${index}`,
            // mousedown: a click would come after the blur that closes the list
            onmousedown: (event) => {
              event.preventDefault();
              this.#take(index);
            },
          },
          el("b", {}, item.label),
          item.detail && el("span", {}, item.detail),
        ),
      ),
      ...(hint ? [el("li", { class: "hint" }, hint)] : []),
    );
    this.#list.hidden = !items.length && !hint;
    this.#input.setAttribute("aria-expanded", String(items.length > 0));
    this.#mark(items.length ? 0 : -1);
  }

  /** Handle a key; tells whether it was for the list. */
  key(event) {
    if (!this.open) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.#mark((this.#at + steps[event.key] + this.#items.length) % this.#items.length);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#at);
    else if (event.key === "Escape") this.show([]);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #mark(at) {
    this.#at = at;
    this.#list.querySelectorAll("[role=option]").forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === at));
      if (index === at) item.scrollIntoView({ block: "nearest" });
    });
    if (at < 0) this.#input.removeAttribute("aria-activedescendant");
    else this.#input.setAttribute("aria-activedescendant", `${this.#list.id}-${at}`);
  }

  #take(index) {
    const item = this.#items[index];
    this.show([]);
    if (item) this.#choose(item);
  }
}

export class Composer {
  #world;
  #acts;
  #channel = "";
  #key = "";
  #command = null;

  constructor(world, acts) {
    this.#world = world;
    this.#acts = acts;
  }

  /** Draw for the channel that is shown; what is being typed stays while channel and member stay. */
  draw(channel) {
    const info = this.#world.channel(channel);
    const key = [channel, this.#world.me.id, info?.writable, info?.name, this.#world.commands.length > 0].join();
    if (key === this.#key) return;
    this.#key = key;
    this.#channel = channel;
    this.#text();
  }

  // -- plain text

  #text(begin = "") {
    this.#command = null;
    const info = this.#world.channel(this.#channel);
    const where = info?.id === "dm" ? `@${info.name}` : `#${info?.name ?? ""}`;
    const offered = this.#world.commands.length > 0 && this.#channel !== "dm";
    const hint = info?.writable ? `Message ${where}${offered ? ", or / for a command" : ""}` : "Type / for a command";
    const list = el("ul", { id: "commands", class: "suggestions", hidden: true, "aria-label": "Commands" });
    const input = el("input", {
      id: "box",
      type: "text",
      autocomplete: "off",
      "aria-label": hint,
      placeholder: hint,
      value: begin,
    });
    const suggestions = new Suggestions(input, list, (item) => this.#options(item.value));
    const suggest = () => {
      if (!input.value.startsWith("/") || this.#channel === "dm") {
        suggestions.show([]);
        return;
      }
      const typed = input.value.toLowerCase().trimEnd();
      const fitting = leaves(this.#world.commands).filter((one) => one.title.startsWith(typed));
      const items = fitting.map((one) => ({ label: one.title, detail: one.description, value: one }));
      suggestions.show(items, items.length ? "" : "No command that you may use begins like this.");
    };
    input.addEventListener("input", suggest);
    input.addEventListener("focus", suggest);
    input.addEventListener("keydown", (event) => {
      if (suggestions.key(event) || event.key !== "Enter" || !input.value.trim()) return;
      if (input.value.startsWith("/")) return;
      this.#acts.send(this.#channel, input.value.trim());
      input.value = "";
    });
    byId("composer").replaceChildren(list, input);
    if (begin) {
      input.focus();
      suggest();
    }
  }

  // -- a command

  #options(command) {
    this.#command = command;
    const fields = new Map();
    const row = el("div", { class: "options" });
    const more = el("div", { class: "more", role: "group", "aria-label": "Optional" });
    const add = (option, focus) => {
      const made = this.#field(command, option, fields);
      fields.set(option.name, made);
      row.append(made.shown);
      if (focus) made.focus();
    };
    for (const option of command.options) {
      if (option.required) add(option, false);
      else {
        const plus = el("button", { type: "button", class: "chip", title: option.description }, `+ ${option.name}`);
        plus.addEventListener("click", () => {
          plus.remove();
          add(option, true);
        });
        more.append(plus);
      }
    }
    const form = el(
      "form",
      { id: "command", "aria-label": command.title },
      el("b", { class: "command-name" }, command.title),
      row,
      more,
      el("p", { id: "option-hint", "aria-live": "polite" }, command.description),
      el(
        "div",
        { class: "row" },
        el("button", { type: "button", class: "plain", onclick: () => this.#text() }, "Cancel"),
        el("button", { type: "submit", class: "strong" }, "Send"),
      ),
    );
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#leave();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(command, fields);
    });
    byId("composer").replaceChildren(form);
    const first = [...fields.values()][0];
    if (first) first.focus();
    else form.querySelector("[type=submit]").focus();
  }

  #leave() {
    this.#text();
    byId("box").focus();
  }

  async #submit(command, fields) {
    const options = {};
    for (const [name, field] of fields) {
      const value = await field.value();
      if (value !== undefined) options[name] = value;
    }
    const done = await this.#acts.command(this.#channel, command.name, command.path, options);
    if (done && this.#command === command) this.#leave();
  }

  /** Make the input of one option: {shown, focus, value}; value is undefined while it is empty. */
  #field(command, option, fields) {
    const id = `option-${option.name}`;
    const { input, value, list } = this.#input(command, option, id, fields);
    input.addEventListener("focus", () => {
      byId("option-hint").textContent = `${option.name}: ${option.description}`;
    });
    const label = el(
      "label",
      { for: id },
      option.name,
      option.required && el("span", { class: "needed" }, " required"),
    );
    return { shown: el("div", { class: "option" }, label, input, list ?? null), focus: () => input.focus(), value };
  }

  #input(command, option, id, fields) {
    const base = { id, required: option.required };
    const things = {
      [USER]: () => memberChoices(this.#world),
      [ROLE]: () => roleChoices(this.#world),
      [CHANNEL]: () => channelChoices(this.#world, option.channel_types),
      [MENTIONABLE]: () => [...memberChoices(this.#world), ...roleChoices(this.#world)],
      [BOOLEAN]: () => [
        [true, "True"],
        [false, "False"],
      ],
    }[option.type];
    const choices = option.choices?.map((one) => [one.value, one.name]) ?? things?.();
    if (choices) {
      const input = el(
        "select",
        base,
        el("option", { value: "" }, "…"),
        choices.map(([, name], at) => el("option", { value: String(at) }, name)),
      );
      return { input, value: () => (input.value === "" ? undefined : choices[Number(input.value)][0]) };
    }
    if (option.type === ATTACHMENT) {
      const input = el("input", { ...base, type: "file" });
      return { input, value: () => fileValue(input.files[0]) };
    }
    if (option.autocomplete) return this.#completed(command, option, base, fields);
    if (option.type === INTEGER || option.type === NUMBER) {
      const step = option.type === INTEGER ? 1 : "any";
      const input = el("input", { ...base, type: "number", step, min: option.min_value, max: option.max_value });
      return { input, value: () => (input.value === "" ? undefined : Number(input.value)) };
    }
    const input = el("input", {
      ...base,
      type: "text",
      minlength: option.min_length,
      maxlength: option.max_length,
      autocomplete: "off",
    });
    return { input, value: () => input.value || undefined };
  }

  /** An option that the bot completes while one types. */
  #completed(command, option, base, fields) {
    const list = el("ul", { id: `${base.id}-list`, class: "suggestions", hidden: true, "aria-label": option.name });
    const input = el("input", { ...base, type: "text", autocomplete: "off" });
    let chosen;
    let latest = 0;
    const suggestions = new Suggestions(input, list, (item) => {
      chosen = item;
      input.value = item.label;
    });
    const ask = async () => {
      const mine = ++latest;
      await new Promise((resolve) => setTimeout(resolve, TYPED_AFTER_MS));
      if (mine !== latest) return;
      const others = {};
      for (const [name, field] of fields) {
        const value = name === option.name ? undefined : await field.value();
        if (value !== undefined) others[name] = value;
      }
      const call = { channel: this.#channel, name: command.name, path: command.path, option: option.name };
      const choices = await this.#acts.autocomplete({ ...call, text: input.value, options: others });
      if (mine !== latest || document.activeElement !== input) return;
      const items = (choices ?? []).map((one) => ({ label: one.name, value: one.value }));
      const nothing = choices === null ? "Loading options failed" : "No options match your search";
      suggestions.show(items, items.length ? "" : nothing);
    };
    input.addEventListener("input", () => {
      chosen = undefined;
      ask();
    });
    input.addEventListener("focus", () => {
      if (!chosen) ask();
    });
    input.addEventListener("keydown", (event) => suggestions.key(event));
    return { input, list, value: () => chosen?.value ?? (input.value || undefined) };
  }
}

async function fileValue(file) {
  if (!file) return undefined;
  const address = await new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.readAsDataURL(file);
  });
  const content = address.slice(address.indexOf(",") + 1);
  return { filename: file.name, content, content_type: file.type || "application/octet-stream" };
}
