"""The path to the next grade: the smallest sets of changes that reach it, and who can make them.

`outlook_of` says what could change at each indicator of one grading; `paths_from` finds every
smallest set of such changes. Both are pure; what a grading found is kept with the grade, so that
its paths speak of the same day and the same cut values as its letters.
"""

from credit.path.outlook import outlook_of
from credit.path.search import level_after, paths_from
from credit.path.steps import GradePath, Outlook, Step, StepControl
from credit.path.words import summary_of

__all__ = [
    "GradePath",
    "Outlook",
    "Step",
    "StepControl",
    "level_after",
    "outlook_of",
    "paths_from",
    "summary_of",
]
