"""What each view may see: the only place where state becomes public.

A view is a whitelist, field by field, and a function of the state alone. Shapes are in
`shapes.py`, the whitelist in `project.py`, what a decision changes in `touched.py`, what concerns
one participant in `me.py`, long text in `texts.py`.
"""

from streamhub.core.views.frame import (
    name_of,
)
from streamhub.core.views.me import (
    project_me,
)
from streamhub.core.views.project import (
    SECTIONS,
    project,
    project_touched,
)
from streamhub.core.views.shapes import (
    AcknowledgedView,
    AgendaTextView,
    ChangeView,
    DecidedView,
    DisplayView,
    EventView,
    ForeseenView,
    LimitsView,
    MessageView,
    MeView,
    MyAnswerView,
    MyQuestionView,
    OffsetView,
    OptionsView,
    OptionView,
    ParticipantView,
    PollView,
    PreviewView,
    QuestionView,
    RatingView,
    RoomQuestionsView,
    RoomView,
    RunView,
    SessionTextView,
    SessionView,
    SpeakerTextView,
    SpeakerView,
    TallyView,
    UndoView,
    View,
    ViewState,
    ZoneView,
)
from streamhub.core.views.texts import (
    agenda_text,
)
from streamhub.core.views.touched import (
    HASTE,
    Haste,
    Touched,
    takes_back,
)

__all__ = [
    "HASTE",
    "SECTIONS",
    "AcknowledgedView",
    "AgendaTextView",
    "ChangeView",
    "DecidedView",
    "DisplayView",
    "EventView",
    "ForeseenView",
    "Haste",
    "LimitsView",
    "MeView",
    "MessageView",
    "MyAnswerView",
    "MyQuestionView",
    "OffsetView",
    "OptionView",
    "OptionsView",
    "ParticipantView",
    "PollView",
    "PreviewView",
    "QuestionView",
    "RatingView",
    "RoomQuestionsView",
    "RoomView",
    "RunView",
    "SessionTextView",
    "SessionView",
    "SpeakerTextView",
    "SpeakerView",
    "TallyView",
    "Touched",
    "UndoView",
    "View",
    "ViewState",
    "ZoneView",
    "agenda_text",
    "name_of",
    "project",
    "project_me",
    "project_touched",
    "takes_back",
]
