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

/** Take lists out that only repeat what cards show. What is said behind the last of them is given back: it comes after. */
export function withoutRepeats(body, cards) {
  const names = cards.flatMap((card) => [
    card.order_id,
    ...(card.lines ?? []).map((line) => line.name),
    ...(card.products ?? []).flatMap((product) => [product.name, ...product.variants.map((variant) => variant.options)]),
    ...(card.aspects ?? []).flatMap(({ name }) => [`${name}:`, `${name}：`]),
  ]).filter(Boolean);
  let rest = [];
  for (const list of body.querySelectorAll("ul")) {
    if (![...list.children].every((item) => names.some((name) => item.textContent.includes(name)))) continue;
    rest = [...body.children].slice([...body.children].indexOf(list) + 1);
    list.remove();
  }
  return rest;
}

/** Take numbered lists out whose items are there as buttons. */
export function withoutOptions(body, options) {
  for (const list of body.querySelectorAll("ol")) {
    if ([...list.children].every((item) => options.includes(item.textContent.trim()))) list.remove();
  }
}
