"""What programmes call things, in six languages: kinds of sessions, breaks, states of a proposal.

Words are compared folded (`moments.plain`). A session is a break by its kind, or by a title of
which every word speaks of a break: "Coffee break" is one, "Break things faster" is not.
"""

import re
from typing import Final

from streamhub.core.agenda import Kind
from streamhub.formats.moments import in_words, plain

_KINDS: Final[dict[Kind, str]] = {
    Kind.OPENING: (
        "opening ceremony,opening session,opening,welcome,eroffnung,begrussung,apertura,"
        "bienvenida,inauguracion,ouverture,accueil,bienvenue,abertura,boas-vindas,benvenuto,"
        "inaugurazione,opening remarks,welcome address"
    ),
    Kind.KEYNOTE: (
        "keynote,keynotes,plenary keynote,ponencia magistral,conferencia magistral,"
        "hauptvortrag,conference pleniere,keynote talk,keynote speech,relazione invitata,"
        "palestra magna"
    ),
    Kind.PRESENTATION: (
        "talk,lecture,presentation,vortrag,short talk,long talk,lightning talk,"
        "lightning talks,short talks,flash talks,ponencia,charla,conferencia,presentacion,"
        "presentation,expose,palestra,apresentacao,presentazione,relazione,kurzvortrag,"
        "impulsvortrag,demo"
    ),
    Kind.PANEL: (
        "panel,panel discussion,round table,roundtable,podiumsdiskussion,podium,mesa redonda,"
        "panel de discusion,table ronde,tavola rotonda,painel,fishbowl,debate,diskussion"
    ),
    Kind.WORKSHOP: (
        "workshop,workshops,tutorial,tutorials,training,hands-on,hands on,taller,atelier,"
        "laboratorio,oficina,sprint,sprints,hackathon,masterclass,kurs,schulung,laboratoire"
    ),
    Kind.QA: (
        "q&a,qa,questions and answers,fragerunde,preguntas y respuestas,questions-reponses,"
        "perguntas e respostas,domande e risposte,ama,ask me anything"
    ),
    Kind.BREAK: (
        "break,breaks,coffee,coffee break,tea break,lunch,lunch break,pause,pausa,"
        "mittagspause,mittagessen,kaffeepause,descanso,receso,almuerzo,pausa cafe,"
        "pausa para cafe,cafe,pause dejeuner,pause cafe,dejeuner,almoco,intervalo,"
        "pausa pranzo,pranzo,pausa caffe,intervallo,breakfast,petit-dejeuner,fruhstuck,"
        "desayuno,colazione,cafe da manha,snack,snacks,snack time,meal,meals,refreshments,"
        "food"
    ),
    Kind.SOCIAL: (
        "social,social event,party,dinner,reception,networking,conference dinner,gala dinner,"
        "abendessen,empfang,abendveranstaltung,get-together,get together,cena,recepcion,"
        "coctel,cocktail,diner,soiree,aperitif,aperitivo,jantar,coquetel,apero,drinks,"
        "happy hour,social dinner"
    ),
    Kind.CLOSING: (
        "closing ceremony,closing session,closing,closure,closing remarks,abschluss,"
        "verabschiedung,schlusswort,clausura,cierre,cloture,encerramento,chiusura,farewell"
    ),
    Kind.OTHER: (
        "other,registration,anmeldung,registro,inscription,accreditation,iscrizione,"
        "credenciamento,misc"
    ),
    Kind.SESSION: "session,sitzung,sesion,sessao,sessione,devroom,track",
}
_BY_WORD: Final = {word: kind for kind, words in _KINDS.items() for word in words.split(",")}

_PAUSES: Final = {
    Kind.BREAK: frozenset(
        in_words(
            "break breaks lunch coffee tea pause pausa mittagspause mittagessen kaffeepause "
            "descanso receso almuerzo cafe dejeuner almoco intervalo pranzo intervallo breakfast "
            "fruhstuck desayuno colazione snack snacks petit-dejeuner gouter merienda merenda "
            "refreshments teepause brunch kaffee caffe cha intermission recess petit pauses"
        )
    ),
    Kind.SOCIAL: frozenset(
        in_words(
            "dinner supper party reception abendessen empfang cena recepcion jantar coctel "
            "cocktail diner soiree aperitif aperitivo apero drinks banquet banquete"
        )
    ),
}
_FILLERS: Final = frozenset(
    in_words(
        "short long morning afternoon mid-morning mid-afternoon midday mid day and & the a with "
        "time small big first second third 1 2 3 4 5 conference gala social networking evening de "
        "la le du del da do di matin midi apres manana tarde para und mit kleine grosse health bio "
        "comfort group open free buffet catering served in all official farewell welcome tout "
        "poster y e et standing light late early last dia pomeriggio mattina almoco friday "
        "saturday sunday monday tuesday wednesday thursday +"
    )
)
_BEGINNINGS: Final = {
    Kind.OPENING: (
        "opening|welcome|eroffnung|begrussung|apertura|bienvenida|inauguracion|accueil|ouverture"
        "|abertura|official welcome|saluti"
    ),
    Kind.CLOSING: (
        "closing|closure|abschluss|verabschiedung|clausura|cierre|cloture|encerramento|chiusura"
        "|schlusswort"
    ),
    Kind.KEYNOTE: "keynote|ponencia magistral|conferencia magistral",
    Kind.PANEL: "panel|podiumsdiskussion|mesa redonda|table ronde|tavola rotonda|round ?table",
    Kind.WORKSHOP: "workshop|taller|atelier",
}
_BEGINS: Final = tuple((kind, re.compile(rf"(?:{words})\b")) for kind, words in _BEGINNINGS.items())
_ENDS: Final = re.compile(
    r"(?:presentation of|presentacion del?|presentation d[eu]|vorstellung) [\w ]{3,60}$"
)
_SEGMENT: Final = re.compile(r"\s*(?:[:(\[|,;/\u2013\u2014]| - ).*")

_ACCEPTED: Final = frozenset(
    in_words(
        "accepted confirmed published yes y true 1 x ok approved public scheduled active "
        "akzeptiert bestatigt angenommen zugesagt ja si sim oui aceptado aceptada confirmado "
        "confirmada publicado accepte confirme publie accettato confermato aceito "
        "accepted-confirmed"
    )
)
_UNDECIDED: Final = frozenset(["", "-", "none", "null"])


def kind_of(word: str | None, title: str, *, people: bool) -> tuple[Kind, bool]:
    """Tell what a session is, and whether only its title says so."""
    said = plain(word or "")
    if said in _BY_WORD and _BY_WORD[said] not in {Kind.SESSION, Kind.OTHER}:
        found = _BY_WORD[said]
        if found is not Kind.PRESENTATION:
            return found, False
    else:
        found = _BY_WORD.get(said, Kind.SESSION)
    by_title = _by_title(plain(title), people=people)
    if by_title is not None:
        return by_title, True
    if said and found is Kind.SESSION:
        head = re.split(r"[ (]", said)[0]
        found = _BY_WORD.get(_SEGMENT.sub("", said).strip(), _BY_WORD.get(head, found))
        found = found if not found.is_pause or not people else Kind.SESSION
    return found, False


def _by_title(said: str, *, people: bool) -> Kind | None:
    if not people:
        words = _SEGMENT.sub("", said).replace("!", "").replace(".", "").split()
        for kind, known in _PAUSES.items():
            if any(word in known for word in words) and all(
                word in known or word in _FILLERS for word in words
            ):
                return kind
    for kind, begins in _BEGINS:
        if begins.match(said):
            return kind
    return Kind.PRESENTATION if _ENDS.search(said) else None


def is_accepted(status: str | None) -> bool:
    """Tell whether a session takes place; what says nothing does."""
    said = plain(status or "")
    return said in _UNDECIDED or said in _ACCEPTED
