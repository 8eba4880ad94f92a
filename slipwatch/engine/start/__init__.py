"""`slipwatch start`: from files as they are to a configuration that reads them, and to a first report."""

from slipwatch.engine.start.answers import check_answer, list_choices, load_answers, save_answers
from slipwatch.engine.start.session import Session
from slipwatch.engine.start.writing import find_existing

__all__ = ["Session", "check_answer", "find_existing", "list_choices", "load_answers", "save_answers"]
