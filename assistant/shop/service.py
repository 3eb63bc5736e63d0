"""The shop's service: the only way to customers, orders and products.

What belongs to a customer is looked up with the customer's id, which comes from the runtime; an order of
somebody else is answered exactly like one that does not exist.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from assistant.clock import Clock
from assistant.errors import OperatorError
from assistant.ids import CustomerId, ItemId, OrderId, ProductId
from assistant.shop.everyday import in_shop_words
from assistant.shop.nicknames import nicknamed
from assistant.shop.order_matching import OrderMatcher
from assistant.shop.queries import (
    find_customer,
    find_item,
    find_order,
    find_product,
    whole_customers,
    whole_orders,
    whole_products,
)
from assistant.shop.records import Customer, Money, Order, OrderStatus, Product, ShopInfo, Variant
from assistant.shop.rows import customer_of, order_of, product_of
from assistant.shop.search import ProductIndex
from assistant.shop.variants import find_variants
from assistant.storage.engine import Database
from assistant.storage.shop_tables import CustomerRow, OrderRow, ProductRow, ShopInfoRow
from assistant.text.language import Language

_OPEN = frozenset({OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED, OrderStatus.PROCESSED})


class Shop:
    """Reads of the shop.

    Args:
        database: with the tables of `assistant.storage.shop_tables`.
        clock: tells the time.
        currency: ISO 4217 code, for a shop that has not been loaded yet.
    """

    def __init__(self, database: Database, clock: Clock, currency: str = "USD") -> None:
        self._database = database
        self._clock = clock
        self._currency = currency
        self._index: tuple[tuple[object, ...], ProductIndex] | None = None

    # the shop

    @property
    def currency(self) -> str:
        """ISO 4217 code of the shop's prices."""
        with self._database.read() as session:
            return session.scalar(select(ShopInfoRow.currency)) or self._currency

    def info(self) -> ShopInfo:
        """Which shop is loaded, with counts.

        Raises:
            OperatorError: none is.
        """
        with self._database.read() as session:
            row = session.get(ShopInfoRow, 1)
            if row is None:
                raise OperatorError("no shop is loaded", fix="assistant shop seed")
            counts = [session.scalar(select(func.count()).select_from(t)) for t in (CustomerRow, ProductRow, OrderRow)]
            return ShopInfo.model_validate(
                {
                    "kind": row.kind,
                    "currency": row.currency,
                    "seed": row.seed,
                    "today": row.today,
                    "loaded_at": row.loaded_at,
                    **dict(zip(("customers", "products", "orders"), counts, strict=True)),
                }
            )

    def loaded(self) -> bool:
        """Whether any shop is loaded."""
        with self._database.read() as session:
            return session.get(ShopInfoRow, 1) is not None

    def is_sample(self) -> bool:
        """Whether the sample shop is loaded; only its customers may be tried out without signing in."""
        with self._database.read() as session:
            row = session.get(ShopInfoRow, 1)
            return row is not None and row.kind == "sample"

    # customers

    def customer(self, customer_id: CustomerId) -> Customer:
        """The customer with this id.

        Raises:
            ToolError: there is none.
        """
        with self._database.read() as session:
            return find_customer(session, customer_id)

    def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this e-mail in any case, or None."""
        query = whole_customers().where(CustomerRow.email_key == email.strip().lower())
        with self._database.read() as session:
            row = session.scalars(query).first()
            return None if row is None else customer_of(row)

    def customer_by_name_zip(self, first_name: str, last_name: str, zip_code: str) -> Customer | None:
        """The customer of this name and postcode, in any case and spacing; None where there is not exactly one."""
        wanted = (_key(first_name), _key(last_name), _key(zip_code))
        with self._database.read() as session:
            names = select(
                CustomerRow.customer_id, CustomerRow.first_name, CustomerRow.last_name, CustomerRow.zip
            ).where(func.lower(CustomerRow.last_name) == last_name.strip().lower())
            found = [
                row.customer_id
                for row in session.execute(names)
                if (_key(row.first_name), _key(row.last_name), _key(row.zip)) == wanted
            ]
        return self.customer(CustomerId(found[0])) if len(found) == 1 else None

    def customers(self, limit: int = 10) -> tuple[Customer, ...]:
        """The first customers of the shop; a sample shop begins with its demo customers."""
        query = whole_customers().order_by(CustomerRow.position).limit(limit)
        with self._database.read() as session:
            return tuple(map(customer_of, session.scalars(query)))

    # orders

    def orders(self, customer_id: CustomerId) -> tuple[Order, ...]:
        """All orders of a customer, newest first."""
        with self._database.read() as session:
            return _newest_first(session.scalars(whole_orders().where(OrderRow.customer_id == customer_id)).all())

    def order(self, order_id: OrderId, customer_id: CustomerId) -> Order:
        """One order of this customer's; the number may be written loosely (`w2611340`, `W 2611340`).

        Raises:
            ToolError: the customer has no such order, whether or not somebody else has.
        """
        with self._database.read() as session:
            return find_order(session, order_id, customer_id)

    def open_parcels(self, customer_id: CustomerId) -> tuple[Order, ...]:
        """Orders that have not arrived yet, newest first: what "where is my order" is about."""
        return tuple(order for order in self.orders(customer_id) if order.status in _OPEN)

    def orders_matching(self, customer_id: CustomerId, words: str, now: datetime) -> tuple[Order, ...]:
        """Which orders a customer means: "the blue one from last month", "headphones", "上周买的耳机".

        Args:
            customer_id: whose orders.
            words: what they said about the order, in English or Chinese.
            now: what "last month" is counted from.

        Returns:
            Orders that fit everything that was understood, best first; none when nothing fits. Words that
            say nothing about an order leave all of them, newest first.
        """
        return OrderMatcher(self._products().knows).match(self.orders(customer_id), words, now)

    # products

    def product(self, product_id: ProductId) -> Product:
        """A product with all its variants.

        Raises:
            ToolError: there is none.
        """
        with self._database.read() as session:
            return find_product(session, product_id)

    def item(self, item_id: ItemId) -> tuple[Product, Variant]:
        """The variant with this id, with its product.

        Raises:
            ToolError: there is none.
        """
        with self._database.read() as session:
            return find_item(session, item_id)

    def products(self) -> tuple[Product, ...]:
        """The whole catalogue, in the shop's own order."""
        return self._products().products

    def product_types(self) -> dict[str, ProductId]:
        """Names of all products with their ids, by name."""
        return {p.name: p.product_id for p in sorted(self.products(), key=lambda p: p.name)}

    def search_products(
        self, query: str, language: Language = "en", limit: int = 5, max_price: Money | None = None
    ) -> tuple[Product, ...]:
        """Products that fit what the customer wants, best first; none when nothing does.

        Args:
            query: words in English or Chinese; may name options ("blue"), a category, or a price ("under $100").
            language: breaks ties towards products that have texts in it.
            limit: at most so many.
            max_price: at least one available variant must cost no more.
        """
        return self._products().search(query, limit=limit, max_price=max_price)

    def search_near(self, query: str, limit: int = 5, max_price: Money | None = None) -> tuple[Product, ...]:
        """Products that fit only what a query says that the catalogue knows; none where it names a kind of product."""
        return self._products().near(query, limit=limit, max_price=max_price)

    def product_named(self, words: str) -> Product | None:
        """The first product whose whole name stands in `words`, or the beginning of it that no other name has."""
        return self._products().named(words)

    def products_named(self, words: str) -> tuple[Product, ...]:
        """Every product that `words` name so, in their order."""
        return self._products().all_named(words)

    def products_nicknamed(self, words: str, beside: Product | None) -> tuple[Product, ...]:
        """Products that `words` call by one word of their names ("the 300"); see `nicknames`."""
        return nicknamed(words, self._products().products, beside)

    def product_meant(self, words: str, language: Language) -> Product | None:
        """The product that words name or describe; None where they tell of none."""
        named = self.product_named(words)
        if named is not None or not self.tells_product(words):
            return named
        found = self.search_products(words, language, limit=1)
        return found[0] if found else None

    def tells_product(self, words: str) -> bool:
        """Whether words say which product or kind of product is meant, not only what it is like."""
        return self._products().tells_product(words)

    def tells_more(self, words: str, than: str) -> bool:
        """Whether words say of the same kind of product what it shall be like, and `than` doesn't."""
        return self._products().tells_more(words, than)

    def names_kind(self, words: str) -> bool:
        """Whether words name a kind of product, rather than what it is like ("a quiet one")."""
        return self._products().names_kind(words)

    def in_shop_words(self, text: str) -> str:
        """What a customer says, with the vocabulary's words for things that they call otherwise ("my vac")."""
        return in_shop_words(text, self._products().sells)

    def is_of_kind(self, product_id: ProductId, words: str) -> bool:
        """Whether a product is of a kind that words name."""
        return self._products().is_of_kind(product_id, words)

    def only_of_kind(self, words: str) -> Product | None:
        """The one product of the shop that is of a kind that words name; None where there are none or several."""
        if not self.names_kind(words):
            return None
        found = [product for product in self.products() if self.is_of_kind(product.product_id, words)]
        return found[0] if len(found) == 1 else None

    def brands(self) -> frozenset[str]:
        """Names of the makers of what is sold, in lower case."""
        return frozenset(product.brand.lower() for product in self.products() if product.brand)

    def option_values(self, name: str) -> frozenset[str]:
        """Every value that an option has anywhere in the shop ("color": black, blue, red ...)."""
        return frozenset(v.options[name] for product in self.products() for v in product.variants if name in v.options)

    def find_variants(self, product_id: ProductId, options: dict[str, str]) -> tuple[Variant, ...]:
        """Variants of a product that have all the wanted options ({"color": "blue"}, {"颜色": "蓝色"}).

        Raises:
            ToolError: there is no such product, or it has no such variant (the text names the choices).
        """
        return find_variants(self.product(product_id), options)

    def _products(self) -> ProductIndex:
        with self._database.read() as session:
            found = session.execute(select(ShopInfoRow.loaded_at, ShopInfoRow.catalogue_version)).first()
            version = tuple(found or ())
            if self._index is not None and self._index[0] == version:
                return self._index[1]
            rows = session.scalars(whole_products().order_by(ProductRow.position)).all()
            index = ProductIndex(tuple(map(product_of, rows)))
        self._index = (version, index)
        return index


def _key(text: str) -> str:
    return "".join(text.lower().split())


def _newest_first(rows: Sequence[OrderRow]) -> tuple[Order, ...]:
    def age(row: OrderRow) -> tuple[float, int]:
        return (row.placed_at.timestamp() if row.placed_at else 0.0, row.sequence)

    return tuple(order_of(row) for row in sorted(rows, key=age, reverse=True))
