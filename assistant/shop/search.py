"""Search over the catalogue: a small index in memory, in English and Chinese.

BM25 over weighted fields (BM25F; Robertson, Zaragoza & Taylor 2004, "Simple BM25 extension to multiple
weighted fields") with concepts of the vocabulary beside plain words. A query that says what kind of
product is wanted ("wireless headphones") gets only products of that kind, if the shop has any. A query of
which too little is found anywhere gets nothing: no answer is better than a random product.
"""

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from assistant.shop.analysis import Terms, analyse, names_kind
from assistant.shop.exclusions import exclusions
from assistant.shop.price_words import PriceWish, price_wish
from assistant.shop.records import Money, Product
from assistant.shop.typos import closest
from assistant.shop.vocabulary import english_words, fold, stem, vocabulary

_NAME, _CATEGORY, _BRAND, _OPTION, _ATTRIBUTE, _DESCRIPTION = 4.0, 2.0, 3.0, 1.5, 1.5, 0.6
_K1, _B = 1.2, 0.3
_CONCEPT = "@"
_CONCEPT_WEIGHT = 1.5
_MIN_COVERAGE = 0.5
_SHORTEST_NAME = 6
_SHORTEST_WORD = 3
_MIN_OF_BEST, _MIN_OF_BEST_KIND = 0.5, 0.25


class ProductIndex:
    """The catalogue, searchable.

    Args:
        products: all of them, in the shop's own order.
    """

    def __init__(self, products: tuple[Product, ...]) -> None:
        self.products = products
        self._vocabulary = vocabulary()
        self._ids: dict[str, int] = {product.product_id: at for at, product in enumerate(products)}
        self._postings: dict[str, dict[int, float]] = {}
        self._kinds: list[frozenset[str]] = []
        self._told: list[frozenset[str]] = []
        self._lacking = [self._said_no(product) for product in products]
        lengths: list[float] = []
        for at, product in enumerate(products):
            weights = self._weights(product)
            self._told.append(frozenset(self._weights(product, prose=False)))
            lengths.append(sum(weights.values()))
            for term, weight in weights.items():
                self._postings.setdefault(term, {})[at] = weight
            name = analyse(product.name, self._vocabulary, document=True)
            self._kinds.append(frozenset(name.concepts) & self._vocabulary.kinds)
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norms = [1 - _B + _B * length / mean for length in lengths]
        self._known = frozenset(self._postings)
        named = {name for product in products for variant in product.variants for name in variant.options}
        self._option_names = frozenset(word for name in named for word in english_words(fold(name)))
        self._mendable = self._vocabulary.known_words.union(*self._told)
        self._whole_names = [
            (name, at)
            for at, product in enumerate(products)
            for name in dict.fromkeys((_key(product.name), _key(product.name_zh or "")))
            if len(name) >= _SHORTEST_NAME
        ]
        self._short_names = _short_names(products)
        self._subjects = frozenset(term for product in products for term in self._weights(product, named=True))
        self._mend = lru_cache(maxsize=4096)(self._mended)

    def knows(self, words: str) -> Terms:
        """The terms of `words` that the catalogue has; words that it has nowhere are left out."""
        terms = self._terms(words)
        return Terms(
            words=tuple(w for w in terms.words if w in self._postings),
            concepts=tuple(c for c in terms.concepts if _CONCEPT + c in self._postings),
            unexplained=tuple(w for w in terms.unexplained if w in self._postings),
        )

    def tells_product(self, words: str) -> bool:
        """Whether words say which product or kind of product is meant, not only what it is like ("in black")."""
        terms = self._terms(words)
        told = {*(word for word in terms.words if len(word) > 1), *(_CONCEPT + concept for concept in terms.concepts)}
        return bool(self._named(words)[0]) or not told.isdisjoint(self._subjects)

    def tells_more(self, words: str, than: str) -> bool:
        """Whether words name the kinds of product that `than` names, and qualities that it doesn't."""
        terms, fewer = self._terms(words), self._terms(than)
        same = set(terms.kinds(self._vocabulary)) == set(fewer.kinds(self._vocabulary)) != set()
        return same and not set(terms.concepts) <= set(fewer.concepts)

    def names_kind(self, words: str) -> bool:
        """Whether words name a kind of product ("a quiet one" doesn't)."""
        return names_kind(words, self._vocabulary)

    def sells(self, kind: str) -> bool:
        """Whether any product is of a kind of the vocabulary."""
        return any(kind in kinds for kinds in self._kinds)

    def is_of_kind(self, product_id: str, words: str) -> bool:
        """Whether a product is of a kind that words name."""
        at = self._ids.get(product_id)
        return at is not None and not self._kinds[at].isdisjoint(self._terms(words).kinds(self._vocabulary))

    def search(self, query: str, *, limit: int = 5, max_price: Money | None = None) -> tuple[Product, ...]:
        """Products that fit `query`, best first.

        Args:
            query: a product id, or words in English or Chinese that may hold a price limit; products whose whole names
                stand in it come first.
            limit: at most so many.
            max_price: at least one available variant must cost no more.
        """
        if query.strip() in self._ids:
            return (self.products[self._ids[query.strip()]],)
        named, rest = self._named(query)
        without, ruled_out = exclusions(rest)
        unwanted = [at for at in range(len(self.products)) if any(self._has(at, words) for words in ruled_out)]
        wish = price_wish(without if unwanted else rest)
        high = min((p for p in (wish.max_cents, max_price.cents if max_price else None) if p is not None), default=None)
        terms = self._terms(query if named else wish.rest)
        scores = self._scores(terms)
        if (wish.ordered or wish.limited) and wish.of_anything and not named:
            scores = {at: 1.0 for at in range(len(self.products)) if self._on_sale(at)}
        scores = {at: score for at, score in scores.items() if at not in unwanted}
        scores = {at: s for at, s in scores.items() if self._lacking[at].isdisjoint(terms.concepts)} or scores
        fitting = [at for at in scores if _affordable(self.products[at], wish.min_cents, high)]
        best = max((scores[at] for at in fitting), default=0.0)
        floor = best * (_MIN_OF_BEST_KIND if terms.kinds(self._vocabulary) else _MIN_OF_BEST)
        kept = [at for at in fitting if scores[at] >= floor]
        kept.sort(key=lambda at: (-scores[at], at))
        meant = [at for at in named if _affordable(self.products[at], wish.min_cents, high)]
        found = dict.fromkeys([*meant, *self._ordered(kept, wish)])
        return tuple(self.products[at] for at in list(found)[:limit])

    def near(self, query: str, *, limit: int = 5, max_price: Money | None = None) -> tuple[Product, ...]:
        """Products that fit the qualities that a query names, where it names no kind and no product fits all of it."""
        wish = price_wish(query)
        terms = self._terms(wish.rest)
        named = tuple(word for word in terms.unexplained if len(word) > 1 and word in self._subjects)
        if not (terms.concepts or named) or terms.kinds(self._vocabulary):
            return ()
        high = min((p for p in (wish.max_cents, max_price.cents if max_price else None) if p is not None), default=None)
        wanted = Terms(words=named, concepts=terms.concepts, unexplained=named)
        scores = self._scores(wanted)
        kept = [at for at in scores if _affordable(self.products[at], wish.min_cents, high) and self._on_sale(at)]
        kept.sort(key=lambda at: (-scores[at], at))
        return tuple(self.products[at] for at in self._ordered(kept, wish)[:limit])

    def _said_no(self, product: Product) -> frozenset[str]:
        """What a product's data say that it doesn't have ("noise cancelling: no")."""
        names = (name for name, value in product.attributes.items() if value.lower() in ("no", "none"))
        return frozenset(concept for name in names for concept in analyse(name, self._vocabulary).concepts)

    def _on_sale(self, at: int) -> bool:
        return any(variant.available for variant in self.products[at].variants)

    def _has(self, at: int, words: str) -> bool:
        """Whether a product is of a kind, make or material that is ruled out; what only some variants have isn't."""
        terms = self._terms(words)
        if kinds := terms.kinds(self._vocabulary):
            return not self._kinds[at].isdisjoint(kinds)
        product = self.products[at]
        values = " | ".join(value for value in product.attributes.values() if value.lower() not in ("no", "none"))
        told = analyse(f"{product.name} | {product.brand or ''} | {values}", self._vocabulary, document=True)
        asked = {*terms.unexplained, *terms.concepts}
        return bool(asked) and asked <= {*told.words, *told.concepts}

    def named(self, words: str) -> Product | None:
        """The first product whose whole name, or the beginning that is its own alone, stands in `words`."""
        found = self.all_named(words)
        return found[0] if found else None

    def all_named(self, words: str) -> tuple[Product, ...]:
        """Every product that is named so in `words`, in their order."""
        return tuple(self.products[at] for at in dict.fromkeys(self._named(words)[0]))

    def _named(self, query: str) -> tuple[list[int], str]:
        """Products whose whole names stand in `query`, in its order, and what is left of it without them."""
        key = _key(query)
        names = [(name, at) for name, at in self._whole_names if name in key]
        whole = {at for _, at in names}
        names += [(_key(found[0]), at) for p, at in self._short_names if at not in whole and (found := p.search(query))]
        longest = [(name, at) for name, at in names if not any(name != other and name in other for other, _ in names)]
        rest = query
        for name, _ in longest:
            rest = re.sub(r"\s*".join(map(re.escape, name)), " ", rest, flags=re.IGNORECASE)
        return [at for _, at in sorted(longest, key=lambda found: key.find(found[0]))], rest

    def _scores(self, terms: Terms) -> dict[int, float]:
        wanted = Counter({word: 1.0 for word in terms.words})
        wanted.update({_CONCEPT + concept: _CONCEPT_WEIGHT for concept in terms.concepts})
        kinds = terms.kinds(self._vocabulary)
        allowed = {at for at, has in enumerate(self._kinds) if has.intersection(kinds)}
        if kinds and not allowed:
            allowed = {at for at, told in enumerate(self._told) if told.intersection(_CONCEPT + kind for kind in kinds)}
            if not allowed:
                return {}
        scores: dict[int, float] = {}
        for term, weight in wanted.items():
            for at, frequency in self._postings.get(term, {}).items():
                if not kinds or at in allowed:
                    saturated = frequency * (_K1 + 1) / (frequency + _K1 * self._norms[at])
                    scores[at] = scores.get(at, 0.0) + weight * self._idf(term) * saturated
        if kinds:
            return scores
        return {at: score for at, score in scores.items() if self._coverage(at, terms) >= _MIN_COVERAGE}

    def _coverage(self, at: int, terms: Terms) -> float:
        """The share of what was asked for that this product has, weighted by how telling each term is.

        What only its description mentions counts for half.
        """
        asked = {*terms.unexplained, *(_CONCEPT + concept for concept in terms.concepts)}
        mass = {term: self._idf(term) for term in asked}
        had = sum(
            weight * (1.0 if term in self._told[at] else 0.5)
            for term, weight in mass.items()
            if at in self._postings.get(term, {})
        )
        return had / sum(mass.values()) if mass else 0.0

    def _idf(self, term: str) -> float:
        count = len(self._postings.get(term, {}))
        return math.log(1 + (len(self.products) - count + 0.5) / (count + 0.5))

    def _ordered(self, kept: list[int], wish: PriceWish) -> list[int]:
        if not wish.ordered:
            return kept
        sign = -1 if wish.dearest_first else 1
        return sorted(kept, key=lambda at: sign * min((v.price.cents for v in self.products[at].variants), default=0))

    def _terms(self, text: str) -> Terms:
        return analyse(text, self._vocabulary, mend=self._mend)

    def _mended(self, word: str) -> str:
        """Only towards words that name products: prose has too many words that look like others."""
        if (
            word in self._option_names
            or word in self._known
            or word in self._mendable
            or word in self._vocabulary.stop_words
        ):
            return word
        return closest(word, self._mendable) or word

    def _weights(self, product: Product, *, prose: bool = True, named: bool = False) -> dict[str, float]:
        """How much each term tells of a product; without its prose, or only with what it is called."""
        options = {value for variant in product.variants for value in variant.options.values()}
        fields = [
            (_NAME, f"{product.name} | {product.name_zh or ''}"),
            (_CATEGORY, product.category),
            (_BRAND, product.brand or ""),
        ]
        described = [
            (_OPTION, " | ".join(sorted(options))),
            (
                _ATTRIBUTE,
                " | ".join(f"{n} {v}" for n, v in product.attributes.items() if v.lower() not in ("no", "none")),
            ),
        ]
        fields += [] if named else described
        if prose and not named:
            fields.append((_DESCRIPTION, f"{product.description} | {product.description_zh}"))
        weights: dict[str, float] = {}
        for weight, text in fields:
            for piece in text.split("|"):
                terms = analyse(piece, self._vocabulary, document=True)
                for term in (*terms.words, *(_CONCEPT + concept for concept in terms.concepts)):
                    weights[term] = weights.get(term, 0.0) + weight
                if weight == _NAME:
                    joined = "".join(english_words(piece))
                    weights[joined] = weights.get(joined, 0.0) + weight
        return weights


def _short_names(products: tuple[Product, ...]) -> list[tuple[re.Pattern[str], int]]:
    """What finds products by a part of their names that no other name has.

    The first two words always ("Aria 300"); any other two only where both are words of that maker ("Buds Pro"),
    because a "wireless mouse" is any of them; a word alone where it has letters and digits ("K75"), or before the
    kind that the product is ("the Align chair").
    """
    words_known = vocabulary()
    plain = words_known.known_words | words_known.stop_words
    names = [product.name.lower().split() for product in products]
    pairs = [list(pairwise(words)) for words in names]
    count = Counter(pair for of_one in pairs for pair in set(of_one))
    alone = Counter(word for words in names for word in set(words))
    brands = {(product.brand or "").lower() for product in products}
    found = []
    for at, of_one in enumerate(pairs):
        for place, (first, second) in enumerate(of_one):
            own = stem(first) not in plain and stem(second) not in plain and not f"{first}{second}".isdigit()
            if count[first, second] == 1 and (place == 0 or own) and len(first + second) >= _SHORTEST_NAME:
                found.append((_finds(rf"{re.escape(first)}[\s-]*{re.escape(second)}"), at))
        kinds = analyse(products[at].name, words_known, document=True).kinds(words_known)
        called = [phrase for kind in kinds for phrase in words_known.phrases(kind)]
        for word in names[at]:
            if alone[word] > 1 or word in brands or stem(word) in plain or not word.isalnum():
                continue
            if len(word) > _SHORTEST_WORD:  # written large within a sentence: "is the Orbit in stock?"
                found.append((re.compile(rf"(?<=[a-z,] ){word.capitalize()}(?![a-zA-Z])"), at))
            if re.fullmatch(r"[a-z]+\d+", word):
                found.append((_finds(re.escape(word)), at))
            elif len(word) > _SHORTEST_WORD and called:
                found.append((_finds(rf"{re.escape(word)} (?:[a-z]+ )?(?:{'|'.join(map(re.escape, called))})s?"), at))
    return found


def _finds(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9]){words}(?![a-z0-9])", re.IGNORECASE)


def _key(text: str) -> str:
    return "".join(text.lower().split())


def _affordable(product: Product, low: int | None, high: int | None) -> bool:
    if low is None and high is None:
        return True
    prices = [v.price.cents for v in product.variants if v.available] or [v.price.cents for v in product.variants]
    return any((low is None or price >= low) and (high is None or price <= high) for price in prices)
