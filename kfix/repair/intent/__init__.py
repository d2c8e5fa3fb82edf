"""What the program itself says that it wants of a model, and where the model and its data do not fit together."""

from kfix.repair.intent.found import Cure, Instead, Intent
from kfix.repair.intent.read import read_intent

__all__ = ["Cure", "Instead", "Intent", "read_intent"]
