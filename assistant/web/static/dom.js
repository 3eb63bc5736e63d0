// Elements made by hand. Text goes in as text nodes only; nothing here or elsewhere parses markup.

/**
 * Make an element.
 * @param {string} tag  name, with classes after dots: "button.round.quiet"
 * @param {object} [properties]  on* are listeners; aria-*, data-*, role, lang, for are attributes; the rest properties
 * @param {...(Node|string|null)} children
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (/^(aria-|data-|role$|lang$|for$|part$)/.test(key)) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const ICONS = {
  send: "M12 19V5.5M6 11l6-6 6 6",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  open: "M7 10l5 5 5-5",
  down: "M12 5v13.5M6 13l6 6 6-6",
  parcel: "M4 8l8-4 8 4v8l-8 4-8-4V8Zm0 0 8 4 8-4M12 12v8M8 6l8 4",
  return: "M9 14 4 9l5-5M4.5 9H14a6 6 0 0 1 0 12h-3",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 2-4-4",
  card: "M3.5 7.5a2 2 0 0 1 2-2h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-9Zm0 3h17M7 15h3",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8c.8-3.6 3.9-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  page: "M7 3.5h7l4 4V20.5H7v-17Zm6.5 0V8H18M10 12h5M10 16h5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chat: "M4.5 5.5h15a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H12l-5 4v-4H4.5a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1ZM8 10h8M8 13.5h5",
  clip: "M19 11.5l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.3-7.3",
  mic: "M12 15a3.5 3.5 0 0 0 3.5-3.5v-4a3.5 3.5 0 0 0-7 0v4A3.5 3.5 0 0 0 12 15Zm-6.5-4a6.5 6.5 0 0 0 13 0M12 17.5V21",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  star: "M12 4l2.4 5.2 5.6.6-4.2 3.8 1.2 5.6L12 16.4 7 19.2l1.2-5.6L4 9.8l5.6-.6L12 4Z",
  language: "M4 6h9M8.5 4v2c0 4-2 7-5 8.5M5.5 9c1 2.5 3.5 4.5 6.5 5.5M12 20l4.5-10L21 20M13.5 17h6",
};
const SVG = "http://www.w3.org/2000/svg";

/** A line icon of the size of the text; decorative, so hidden from screen readers. */
export function icon(name) {
  const svg = shape("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" });
  svg.append(shape("path", { d: ICONS[name] }));
  return svg;
}

/** The shop's mark: a small light. */
export function mark() {
  const svg = shape("svg", { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true", focusable: "false" });
  const light = "M16 6.5c.9 5.2 4.3 8.6 9.5 9.5-5.2.9-8.6 4.3-9.5 9.5-.9-5.2-4.3-8.6-9.5-9.5 5.2-.9 8.6-4.3 9.5-9.5Z";
  svg.append(shape("circle", { cx: 16, cy: 16, r: 16 }), shape("path", { d: light }));
  return svg;
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
