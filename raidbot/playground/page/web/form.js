/** The forms that the bot opens, as modal dialogs: the browser keeps the focus inside. */
import { byId, el } from "./elements.js";

const PARAGRAPH = 2;

export class FormDialog {
  #acts;
  #opener = null;

  constructor(acts) {
    this.#acts = acts;
    const dialog = byId("form");
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#dismiss();
    });
  }

  /** The id of the interaction whose form is shown, or null. */
  get opener() {
    return this.#opener;
  }

  get title() {
    return this.#opener === null ? "" : byId("form-title").textContent;
  }

  /** Show what a member has open: the form of the newest interaction that this page began, if it is open. */
  show(world, begun) {
    const open = [...world.interactions.values()].filter((one) => one.form && begun.has(one.id));
    const wanted = open.at(-1) ?? null;
    if (wanted === null) {
      if (this.#opener !== null) this.#close();
      return;
    }
    if (wanted.id !== this.#opener) this.#open(wanted);
    const sent = [...world.interactions.values()].filter((one) => one.opener === wanted.id).at(-1);
    byId("form").classList.toggle("sending", Boolean(sent && !sent.failed && !sent.acknowledged));
    byId("form-trouble").textContent = sent?.failed ? "Something went wrong. Try again." : "";
  }

  /** Fill the open form by labels and send it off. */
  fill(fields) {
    for (const [label, value] of Object.entries(fields)) {
      const field = [...byId("form").querySelectorAll("[data-label]")].find((one) => one.dataset.label === label);
      if (!field) throw new Error(`The form has no field “${label}”.`);
      field.value = value;
    }
    byId("form").querySelector("form").requestSubmit();
  }

  #open(interaction) {
    this.#opener = interaction.id;
    const fields = interaction.form.components.flatMap((row) => row.components).map(field);
    const close = el("button", { type: "button", class: "plain", onclick: () => this.#dismiss() }, "Cancel");
    const form = el(
      "form",
      { method: "dialog" },
      el("h2", { id: "form-title" }, interaction.form.title),
      fields.map(([, shown]) => shown),
      el("p", { id: "form-trouble", role: "alert", class: "failure" }),
      el("div", { id: "form-tour" }),
      el("div", { class: "row" }, close, el("button", { type: "submit", class: "strong" }, "Submit")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = Object.fromEntries(fields.map(([input]) => [input.name, input.value]));
      this.#acts.submit(interaction.id, values);
    });
    const dialog = byId("form");
    dialog.replaceChildren(form);
    if (!dialog.open) dialog.showModal();
    form.querySelector("input, textarea")?.focus();
    history.replaceState({ ...history.state, form: interaction.id }, "");
  }

  #dismiss() {
    if (this.#opener !== null) this.#acts.closeForm(this.#opener);
    this.#close();
  }

  #close() {
    this.#opener = null;
    history.replaceState({ ...history.state, form: null }, "");
    byId("form").close();
  }
}

function field(given) {
  const many = given.style === PARAGRAPH;
  const input = el(many ? "textarea" : "input", {
    name: given.custom_id,
    id: `field-${given.custom_id}`,
    "data-label": given.label,
    required: given.required ?? true,
    minlength: given.min_length || undefined,
    maxlength: given.max_length ?? 4000,
    placeholder: given.placeholder,
    rows: many ? 4 : undefined,
    value: given.value ?? "",
    autocomplete: many ? undefined : "off",
  });
  const required = (given.required ?? true) && el("span", { class: "needed", "aria-hidden": "true" }, " *");
  return [input, el("p", { class: "field" }, el("label", { for: input.id }, given.label, required), input)];
}
