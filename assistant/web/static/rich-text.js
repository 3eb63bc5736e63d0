// Plain text with paragraphs, lists, **bold** and [1] marks, as elements.

import { h } from "./dom.js";

const BULLET = /^\s*(?:[•\-*–])\s+(.*)$/;
const NUMBERED = /^\s*(\d{1,2})[.)、]\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*)$/;
const STAY = "\u2060"; // keeps a mark on the line of the word before it
const INLINE = /\*\*([^*]+)\*\*|\[(\d{1,2})\]/g;

/**
 * The blocks of a text.
 * @param {string} text
 * @param {(number: number) => Node} [cite]  makes the element for `[number]`; without it marks stay as text
 * @returns {DocumentFragment}
 */
export function richText(text, cite) {
  const fragment = document.createDocumentFragment();
  let block = null;
  for (const line of text.split("\n")) {
    const bullet = BULLET.exec(line);
    const numbered = bullet ? null : NUMBERED.exec(line);
    const heading = HEADING.exec(line);
    if (!line.trim()) {
      block = block?.localName === "p" ? null : block;
    } else if (heading) {
      fragment.append(h("p.heading", {}, ...inline(heading[1], cite)));
      block = null;
    } else if (bullet || numbered) {
      const name = bullet ? "ul" : "ol";
      if (block?.localName !== name) {
        block = h(name);
        if (numbered) block.start = Number(numbered[1]);
        fragment.append(block);
      }
      block.append(h("li", {}, ...inline(bullet ? bullet[1] : numbered[2], cite)));
    } else if (block?.localName === "p") {
      block.append(h("br"), ...inline(line, cite));
    } else {
      block = h("p", {}, ...inline(line, cite));
      fragment.append(block);
    }
  }
  return fragment;
}

function inline(line, cite) {
  const parts = [];
  let end = 0;
  for (const found of line.matchAll(INLINE)) {
    const before = line.slice(end, found.index);
    if (found[1]) parts.push(before, h("strong", {}, found[1]));
    else if (cite) parts.push(before.trimEnd(), STAY, cite(Number(found[2])));
    else continue;
    end = found.index + found[0].length;
  }
  parts.push(line.slice(end));
  return parts.filter((part) => part !== "");
}
