"""What the kernel takes from FLINT: exact rationals, their polynomials, balls.

``import flint`` loads all its number fields, matrices and characters, two thirds of which nothing
here uses, and they take a fifth of its time, at every start.  So its parts are imported from where
they stand, and the package itself is executed only when somebody asks it for something else.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType


class _Unexecuted(ModuleType):
    """A package that knows where its parts are, and is executed when it is first asked for more."""

    def __getattr__(self, name: str) -> object:
        self.__class__ = ModuleType  # type: ignore[assignment]  # from now on like any other
        assert self.__spec__ is not None and self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


_found = None if "flint" in sys.modules else find_spec("flint")
if _found is not None:
    _package = module_from_spec(_found)
    _package.__class__ = _Unexecuted
    sys.modules["flint"] = _package

from flint.flint_base.flint_base import Ordering  # noqa: E402  # after the package stands
from flint.pyflint import ctx  # noqa: E402
from flint.types.arb import arb  # noqa: E402
from flint.types.arb_series import arb_series  # noqa: E402
from flint.types.fmpq import fmpq  # noqa: E402
from flint.types.fmpq_mpoly import fmpq_mpoly_ctx  # noqa: E402

__all__ = ["Ordering", "arb", "arb_series", "ctx", "fmpq", "fmpq_mpoly_ctx"]
