// Small tools for making and changing the page. Text is always text: no name that a player chose is ever read as markup.

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; a child that is a string is text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Sets a text only when it is another one, so that a screen reader's place and a selection are left alone. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes a list's children those of these items, in their order, keeping the elements of those that stay: focus and
 * scroll survive. `key(item)` names one, `create(item)` makes its element, `update(element, item)` fills it in.
 */
export function keep(list, items, key, create, update) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let element = old.get(name);
    old.delete(name);
    if (!element) {
      element = create(item);
      element.dataset.key = name;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const gone of old.values()) gone.remove();
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const whole = new Intl.NumberFormat("en");
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** A figure as a person reads it: 1,234 · 12.3 · 45.6k. */
export function figure(value) {
  if (value >= 100_000) return `${fine.format(value / 1000)}k`;
  if (value < 10 && value % 1 !== 0) return fine.format(value);
  return whole.format(Math.round(value));
}

/** Asks before an order that cannot be taken back; the focus returns to where it was. */
export function ask(title, text, yes) {
  const dialog = $("question");
  say($("question-title"), title);
  say($("question-text"), text);
  say($("question-yes"), yes);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
