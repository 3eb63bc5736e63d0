// An answer's words are whole by themselves; beside cards and buttons, what those say again is left out.

const MARKS = /[\ue000-\uf000]|^\s*(?:[•\-*–]|\d{1,2}[.)、])\s+/g;

/** Words without the lines that a proposal's card shows. */
export function withoutTerms(text, proposal) {
  if (!proposal) return text;
  const shown = [proposal.title, ...proposal.lines, ...proposal.moves.map((move) => move.words), ...(proposal.notes ?? [])];
  const known = new Set(shown.map(plain));
  return text.split("\n").filter((line) => !line.trim() || !known.has(plain(line))).join("\n");
}

function plain(line) {
  return line.replace(MARKS, "").trim();
}

/** Take lists out that only repeat what cards show. */
export function withoutRepeats(body, cards) {
  const names = cards.flatMap((card) => [
    card.order_id,
    ...(card.lines ?? []).map((line) => line.name),
    ...(card.products ?? []).flatMap((product) => [product.name, ...product.variants.map((variant) => variant.options)]),
    ...(card.aspects ?? []).flatMap(({ name }) => [`${name}:`, `${name}：`]),
  ]).filter(Boolean);
  for (const list of body.querySelectorAll("ul")) {
    if ([...list.children].every((item) => names.some((name) => item.textContent.includes(name)))) list.remove();
  }
}

/** Take numbered lists out whose items are there as buttons. */
export function withoutOptions(body, options) {
  for (const list of body.querySelectorAll("ol")) {
    if ([...list.children].every((item) => options.includes(item.textContent.trim()))) list.remove();
  }
}
