"""What a customer (or an unknown visitor) is like, in numbers: recency, frequency, money, tastes, language, contact.

RFM after Hughes, "Strategic Database Marketing" (1994). `normalised` brings the numbers to one scale: counts and
money by log(1 + x), then minus the mean and over the standard deviation of all.
"""

from typing import TYPE_CHECKING

from assistant.insight.events.analysis.whole import whole

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir

LOGGED = ("frequency", "orders", "money_cents", "views", "searches", "items", "messages", "recency_days")
"""Columns that `normalised` takes the logarithm of, because few people have much of them."""
PLAIN = ("categories", "top_share", "chinese_share", "contact_rate")
"""Columns that `normalised` only centres and scales."""


def features(sessions: "ir.Table", tastes: "ir.Table", as_of: "datetime") -> "ir.Table":
    """One row per customer, or visitor who was never signed in.

    Args:
        sessions: of `sessions.sessions`, with `who`.
        tastes: of `tastes`.
        as_of: recency is counted up to here.

    Returns:
        `who`, `customer` (null for a stranger), `first_seen`, `last_seen`, `recency_days` (since the last session),
        `frequency` (sessions), `orders`, `money_cents`, `views`, `searches`, `items` (looked at, summed over
        sessions), `messages`, `handoffs`, `return_pages`, `contact_rate` (messages a session), `chinese_share` (of
        events with a language), `categories` (how many), `top_category`, `top_share`.
    """
    import ibis

    each = sessions.group_by("who").aggregate(
        customer=sessions.customer.max(),
        first_seen=sessions.started.min(),
        last_seen=sessions.ended.max(),
        frequency=sessions.count(),
        **{name: whole(sessions[name].sum()) for name in _SUMMED},
        worded=whole(sessions.worded.sum()),
        chinese=whole(sessions.chinese.sum()),
    )
    until = ibis.literal(int(as_of.timestamp()))
    joined = each.left_join(tastes, "who").drop("who_right")
    return joined.select(
        "who", "customer", "first_seen", "last_seen", "frequency", *_SUMMED, "top_category",
        recency_days=((until - joined.last_seen.truncate("s").epoch_seconds()) / 86_400.0).cast("float64"),
        contact_rate=joined.messages.cast("float64") / joined.frequency,
        chinese_share=joined.chinese.cast("float64") / (joined.worded > 0).ifelse(joined.worded, 1),
        categories=joined.categories.fill_null(0),
        top_share=joined.top_share.fill_null(0.0),
    )  # fmt: skip


def tastes(clean: "ir.Table") -> "ir.Table":
    """Of everybody who looked at or ordered something: `who`, `categories`, `top_category`, `top_share`.

    The top category is the one of most views, cart additions and orders; of equals the first by name.
    """
    looked = clean.filter(clean.category.notnull() & clean.kind.isin(("view", "cart_add", "order")))
    counted = looked.group_by("who", "category").aggregate(n=looked.count())
    most = counted.group_by("who").aggregate(
        best=counted.n.max(), total=whole(counted.n.sum()), categories=counted.count()
    )
    joined = counted.inner_join(most, [counted.who == most.who, counted.n == most.best])
    return joined.group_by("who").aggregate(
        top_category=joined.category.min(),
        categories=joined.categories.max(),
        top_share=joined.best.max().cast("float64") / joined.total.max(),
    )


def normalised(features: "ir.Table") -> "ir.Table":
    """The numbers of features on one scale: `who` and, for each of `LOGGED` and `PLAIN`, a column of mean 0 and
    standard deviation 1 (0 throughout where all are equal)."""
    scaled = features.select(
        "who",
        **{name: (features[name].cast("float64").clip(lower=0) + 1).ln() for name in LOGGED},
        **{name: features[name].cast("float64") for name in PLAIN},
    )
    names = (*LOGGED, *PLAIN)
    whole = scaled.aggregate(
        **{f"{name}_mean": scaled[name].mean() for name in names},
        **{f"{name}_std": scaled[name].std(how="pop") for name in names},
    )
    both = scaled.cross_join(whole)
    return both.select(
        "who",
        **{
            name: (both[f"{name}_std"] > 1e-9).ifelse((both[name] - both[f"{name}_mean"]) / both[f"{name}_std"], 0.0)
            for name in names
        },
    )


_SUMMED = ("orders", "money_cents", "views", "searches", "items", "messages", "handoffs", "return_pages")
