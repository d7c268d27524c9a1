"""What became of a request, as HTTP says it."""

from core.chat import Outcome

STATUSES = {
    Outcome.DONE: 200,
    Outcome.INVALID: 422,
    Outcome.FORBIDDEN: 403,
    Outcome.UNKNOWN: 404,
    Outcome.CONFLICT: 409,
    Outcome.BROKEN: 500,
}
