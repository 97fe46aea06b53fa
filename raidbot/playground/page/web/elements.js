/** Making elements: el("button", { class: "x", onclick }, "text", child). Text is always text, never markup. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Replace an element's children unless what they are made of is what it was: focus and open menus stay. */
export function refill(element, key, make) {
  const wanted = JSON.stringify(key);
  if (element.dataset.key === wanted) return;
  element.dataset.key = wanted;
  element.replaceChildren(...[make()].flat(Infinity).filter(Boolean));
}

/** Say something that is no part of the server, for a few seconds. */
export function toast(text) {
  const shown = el("p", {}, text);
  byId("toasts").append(shown);
  setTimeout(() => shown.remove(), 6000);
}

/** The address of a picture of the local CDN as this page's server relays it; nothing else is ever loaded. */
export function local(url) {
  const at = (url ?? "").indexOf("/cdn/attachments/");
  return at < 0 ? undefined : url.slice(at + 1);
}
