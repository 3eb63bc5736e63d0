"""What customers may have done to their orders: planned without a model, applied in one transaction.

`Changes.plan` turns a typed request into a `ChangePlan`: the terms that a customer is shown, and the effects
that `Changes.apply` writes. A plan is made again from the rows as they are when the customer has said yes, and
carried out only if its terms are still those that were shown.

Rules are those of the policy pages. A database imported from tau-bench retail tells neither dates nor kinds
of product nor stock, so that windows, fees and counts don't apply there; three habits of its own are kept
for it (see `Books.tau_retail`).
"""
