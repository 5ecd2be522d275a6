"""What can go wrong, as one line for the user."""


class FigureError(Exception):
    """The input or the environment is wrong (exit code 1). The text says what, where, and what to do."""


class UsageError(FigureError):
    """The call is wrong (exit code 2)."""
