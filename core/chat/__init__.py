"""What a chat shows and what a person says, without a platform.

A screen keeps every text translatable and every time and amount typed; only a door renders them.
"""

from core.chat.routes import ROUTE_BYTES, Route, to
from core.chat.screens import (
    Button,
    Card,
    Choice,
    Control,
    Entity,
    Fact,
    Facts,
    Field,
    FieldKind,
    FieldOption,
    File,
    Form,
    FreeTime,
    Link,
    Note,
    Option,
    Paragraph,
    Part,
    Pick,
    Prose,
    Screen,
    Style,
    Tone,
    Week,
)
from core.chat.speech import (
    Account,
    Attachment,
    Command,
    CommandOption,
    Incoming,
    OptionKind,
    Outcome,
    Place,
    Reader,
    Reply,
    Said,
    Suggestion,
)
from core.chat.texts import (
    City,
    Clock,
    Code,
    LanguageName,
    Markdown,
    Month,
    Percent,
    Series,
    Text,
    Value,
    Weekday,
    When,
    WhenStyle,
    Word,
    _,
    _n,
)
