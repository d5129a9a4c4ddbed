"""Mistakes: the table, and the search for the one that was made."""

from derive.explain.mistakes.row import Mistake
from derive.explain.mistakes.search import Diagnosis, diagnose, differing
from derive.explain.mistakes.table import MISTAKES

__all__ = ["MISTAKES", "Diagnosis", "Mistake", "diagnose", "differing"]
