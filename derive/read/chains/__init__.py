"""Chains of equations, and what their names mean, from a scanned document."""

from derive.read.chains.model import Chain, Reading, Remark, Step, Understood
from derive.read.chains.steps import chains

__all__ = ["Chain", "Reading", "Remark", "Step", "Understood", "chains"]
