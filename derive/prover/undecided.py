"""Why the kernel stops without a verdict."""


class Undecided(Exception):
    """The claim is outside what can be decided here; the message says why, to a person."""


class BudgetExceeded(Undecided):
    """A budget ran out.  Nothing was truncated: there is no partial result."""


class Undefined(Undecided):
    """The expression is defined nowhere (1/0, log 0)."""


class UnknownMeaning(Undecided):
    """A name that was never defined is differentiated or called."""
