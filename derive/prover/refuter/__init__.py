"""The refuter: a term as written, evaluated in certified balls at random rationals."""
