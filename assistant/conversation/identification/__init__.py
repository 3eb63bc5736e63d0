"""Who a stranger in a chat is: by a code sent to their e-mail, or by name and postcode where a setting allows it.

What was proved belongs to the conversation that it was proved in, and to nothing else. Nobody learns here whether
an address belongs to a customer: every answer is the same for one that doesn't.
"""
