"""Every verb of the system: what can be done, and nothing that cannot be done yet."""

from enum import StrEnum


class Verb(StrEnum):
    """One thing a person may be allowed to do; the value is the name events are remembered by."""

    HOME_OPEN = "home.open"
    ACCOUNT_OWN = "account.own"
    SESSION_OPEN = "session.open"
    SESSION_END = "session.end"
    PASSWORD_CHANGE = "password.change"  # noqa: S105 - a verb
    FACTOR_SET = "factor.set"
    FACTOR_REMOVE = "factor.remove"

    CHILD_LIST = "child.list"
    CHILD_OPEN = "child.open"
    CHILD_REVEAL = "child.reveal"
    CHILD_REGISTER = "child.register"
    CHILD_AMEND = "child.amend"
    RESIDENCE_CONFIRM = "residence.confirm"
    CATEGORY_PROPOSE = "category.propose"
    CATEGORY_CONFIRM = "category.confirm"
    READERS_LIST = "readers.list"
    STANDING_PUSH = "standing.push"

    IMPORT_LIST = "import.list"
    IMPORT_UPLOAD = "import.upload"
    IMPORT_RESOLVE = "import.resolve"
    IMPORT_CONFIRM = "import.confirm"
    IMPORT_UNDO = "import.undo"
    IMPORT_EXPORT = "import.export"

    PLACE_LIST = "place.list"
    PLACE_AMEND = "place.amend"
    ORGANISATION_AMEND = "organisation.amend"
    POST_ESTABLISH = "post.establish"
    POST_FILL = "post.fill"
    POST_VACATE = "post.vacate"
    GRANT_GIVE = "grant.give"
    GRANT_END = "grant.end"
    ACCOUNT_LIST = "account.list"
    ACCOUNT_CREATE = "account.create"
    ACCOUNT_CLOSE = "account.close"
    ACCOUNT_REOPEN = "account.reopen"
    ACCOUNT_RESET = "account.reset"
    ACCOUNT_UNLOCK = "account.unlock"

    EVENT_LIST = "event.list"
    CHAIN_VERIFY = "chain.verify"
    MATRIX_SHOW = "matrix.show"
    OPERATIONS_SHOW = "operations.show"
    DELIVERY_RETRY = "delivery.retry"
    KEYS_ROTATE = "keys.rotate"
    CITY_SEED = "city.seed"
