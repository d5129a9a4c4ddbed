"""Why the kernel stops without a verdict."""

from collections.abc import Iterable


class Undecided(Exception):
    """The claim is outside what can be decided here; the message says why, to a person."""


class BudgetExceeded(Undecided):
    """A budget ran out.  Nothing was truncated: there is no partial result."""


class Undefined(Undecided):
    """The expression is defined nowhere (1/0, log 0)."""


class UnknownMeaning(Undecided):
    """A name that was never defined is differentiated or called."""


# What every reader knows and this kernel does not.
BEYOND = {
    "det": "determinants", "rank": "ranks",
    "binom": "binomial coefficients", "factorial": "factorials", "erfinv": "inverses of erf",
}  # fmt: skip


def unknown(name: str) -> UnknownMeaning:
    """Why a term with ``name`` in it cannot be decided."""
    if name in BEYOND:
        return UnknownMeaning(f"{BEYOND[name]} are not known to the prover")
    return UnknownMeaning(f"{name} is not defined here")


def by_use(names: Iterable[str]) -> str:
    """What is in doubt of names that count as arrays, since a transpose or a norm is taken."""
    return f"not declared, by use an array: {', '.join(names)}"
