// Plain text with paragraphs, lists, **bold** and [1] marks, as elements.

import { h } from "./dom.js";

const BULLET = /^\s*(?:[•\-*–])\s+(.*)$/;
const NUMBERED = /^\s*(\d{1,2})[.)、]\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*)$/;
const LAST = /[!-\u024f]{1,24}$|.?$/su; // a word, or a Chinese character
const [CLAIM, END] = ["\ue000", "\uf000"]; // around a sentence that a passage supports; which one is in the first's code
const LEAD = /^[\ue000-\uefff]/;
const INLINE = /\*\*([^*]+)\*\*|\[(\d{1,2})\]|([\ue000-\uefff])|\uf000/g;

/** The text with marks around the sentences that rest on passages; `spans` count characters, not code units. */
export function withClaims(text, spans) {
  const characters = [...text];
  spans.forEach((span, place) => {
    if (!span.citations.length || span.end > characters.length) return;
    characters[span.start] = String.fromCharCode(CLAIM.charCodeAt(0) + place) + characters[span.start];
    characters[span.end - 1] += END;
  });
  return characters.join("");
}

/**
 * The blocks of a text.
 * @param {string} text
 * @param {(number: number) => Node} [cite]  makes the element for `[number]`; without it marks stay as text
 * @param {object[]} [spans]  those that `withClaims` marked
 * @returns {DocumentFragment}
 */
export function richText(text, cite, spans) {
  const fragment = document.createDocumentFragment();
  let block = null;
  const inline = (line) => inlineParts(line, cite, spans);
  for (const whole of text.split("\n")) {
    const lead = LEAD.exec(whole)?.[0] ?? "";
    const line = whole.slice(lead.length);
    const bullet = BULLET.exec(line);
    const numbered = bullet ? null : NUMBERED.exec(line);
    const heading = HEADING.exec(line);
    if (!line.trim()) {
      block = block?.localName === "p" ? null : block;
    } else if (heading) {
      fragment.append(h("p.heading", {}, ...inline(lead + heading[1])));
      block = null;
    } else if (bullet || numbered) {
      const name = bullet ? "ul" : "ol";
      if (block?.localName !== name) {
        block = h(name);
        if (numbered) block.start = Number(numbered[1]);
        fragment.append(block);
      }
      block.append(h("li", {}, ...inline(lead + (bullet ? bullet[1] : numbered[2]))));
    } else if (block?.localName === "p") {
      block.append(h("br"), ...inline(whole));
    } else {
      block = h("p", {}, ...inline(whole));
      fragment.append(block);
    }
  }
  return fragment;
}

function inlineParts(line, cite, spans) {
  const all = [];
  let parts = all;
  let end = 0;
  for (const found of line.matchAll(INLINE)) {
    const before = line.slice(end, found.index);
    if (found[1]) parts.push(before, h("strong", {}, found[1].replace(/[\ue000-\uf000]/g, "")));
    else if (found[2] && !cite) continue;
    else if (found[2]) parts.push(...stuck(before.trimEnd(), cite(Number(found[2]))));
    else parts.push(before);
    if (found[3]) all.push((parts = claim(spans?.[found[3].charCodeAt(0) - CLAIM.charCodeAt(0)])));
    if (found[0] === END) parts = all;
    end = found.index + found[0].length;
  }
  parts.push(line.slice(end));
  return all.filter((part) => part !== "").map((part) => (Array.isArray(part) ? claimed(part) : part));
}

/** A mark on the line of the word before it. */
function stuck(text, mark) {
  const { index } = LAST.exec(text);
  return [text.slice(0, index), h("span.stuck", {}, text.slice(index), mark)];
}

function claim(span) {
  return Object.assign([], { citations: span?.citations ?? [] });
}

function claimed(parts) {
  return h("span.claim", { "data-cites": ` ${parts.citations.join(" ")} ` }, ...parts.filter((part) => part !== ""));
}
