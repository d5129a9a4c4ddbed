"""The normal form: Laurent polynomials in interned generators, and how a term becomes one."""
