"""What a log line may say: where something went wrong, never what somebody had typed."""

import logging
from copy import copy
from traceback import format_tb
from types import TracebackType


class PlainFormatter(logging.Formatter):
    """One line, with the reference that the error page shows; then the way to the error, and its kind.

    Unless `quote` (on a developer's machine), the error's own message is kept back, for it often repeats the value
    that broke it («Key (name)=(…) already exists»), and of an address only its route is told, as in the request log.
    """

    def __init__(self, *, quote: bool) -> None:
        super().__init__("%(levelname)s %(name)s %(reference)s %(message)s")
        self.quote = quote

    def format(self, record: logging.LogRecord) -> str:
        """A refusal (403, 404) is a line without the way to it; only an error is traced."""
        record = copy(record)
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        if not self.quote and hasattr(record, "status_code"):  # Django says why it refused, and quotes the request
            match = getattr(getattr(record, "request", None), "resolver_match", None)
            record.msg, record.args = "%s %s", (record.status_code, match.route if match else "no such address")
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        record.reference = getattr(getattr(record, "request", None), "reference", "-")
        return super().formatMessage(record)

    def formatException(  # noqa: N802 (logging's name)
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        if self.quote:
            return super().formatException(ei)
        told: list[str] = []
        error = ei[1]
        while error is not None:
            kind = type(error)
            told.append("".join(format_tb(error.__traceback__)) + f"{kind.__module__}.{kind.__qualname__}")
            error = error.__cause__ or error.__context__
        return "\nafter:\n".join(told)
