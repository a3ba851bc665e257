"""Lines such as "Jane DOE, Head of Something, Some Institute": who they name, and what they are.

A line is split into persons only where both sides are names, and a list of roles and places only
at commas that are no part of an enumeration. Where that is in doubt the line stays whole.
"""

import re
from typing import Final

from streamhub.formats.draft import Person
from streamhub.formats.moments import in_words, plain

_JOINTS: Final = re.compile(r"\s+(?:and|y|e|et|und|&|\+)\s+|\s*;\s*|\s*\n\s*|\s+/\s+|\s*•\s*")
_PARTICLES: Final = frozenset(
    in_words(
        "de del della di da do dos das du des la le van von der den ten ter zu zur al bin el ibn e "
        "y i dalla degli ap af av o' d'"
    )
)
_TITLES: Final = frozenset(
    in_words("dr prof mr mrs ms dipl ing mag phd msc mba ir sir dame fr sr sra dra")
)
_ROLE: Final = re.compile(
    r"\b(?:head|director[ae]?|president[ea]?|vice|chair|chairman|chairwoman|chairperson|professor[a]?|prof|"
    r"manager|officer|economist|engineer|developer|researcher|scientist|lecturer|expert|advis[eo]r|"
    r"analyst|coordinator|consultant|founder|co-founder|cofounder|ceo|cto|cfo|coo|cio|lead|leader|"
    r"secretary|minister|governor|mayor|ambassador|commissioner|deputy|assistant|associate|fellow|"
    r"student|architect|designer|editor|journalist|author|partner|specialist|principal|dean|rector[a]?|"
    r"member|representative|delegate|speaker|moderator|host|chief|senior|junior|phd|postdoc|"
    r"leiter(?:in)?|geschaftsfuhrer(?:in)?|vorstand|referent(?:in)?|burgermeister(?:in)?|"
    r"oberburgermeister(?:in)?|grundungsprasident(?:in)?|prasident(?:in)?|wissenschaftler(?:in)?|"
    r"jef[ea]|investigador[a]?|economista|gerente|coordinador[a]?|gobernador[a]?|alcalde(?:sa)?|"
    r"asesor[a]?|ingenier[oa]|responsable|directeur|directrice|chercheu[rs]e?|professeure?|"
    r"ingenieure?|responsabile|direttore|direttrice|ricercat(?:ore|rice)|professoressa|"
    r"pesquisador[a]?|diretor[a]?|presidenta|coordenador[a]?|maire|ministre|ministro|ministra)\b"
)
_PLACE: Final = re.compile(
    r"\b(?:universit\w*|universi[dt]a\w*|institut\w*|ministr?y|ministerio|gmbh|ag|inc|ltd|llc|corp|"
    r"corporation|company|foundation|fundacion|stiftung|verein|council|centre|center|centro|"
    r"zentrum|government|gobierno|delegation|commission|nations|bank|school|hochschule|college|"
    r"research|labs?|group|team|agency|agencia|department|unit|stadt\w*|landeshauptstadt|office|"
    r"association|society|project|information|registration|"
    r"contact|agenda|programme|community|committee|organi[sz]ers?|ev|e\.v|bv|sa|srl|spa)\b"
)
_TAIL_OF_LIST: Final = re.compile(r"\w+(?:\s\w+)?\s(?:and|y|e|et|und|&)\s", re.IGNORECASE)
_OPEN_LIST: Final = re.compile(
    r"\b(?:of|for|de|del|für|des|der|di|du|da|do|pour|para|per)\s+(?:the\s+|la\s+|el\s+|les\s+)?[\w-]+$",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"(?P<name>[^()]{3,80}?)\s*\((?P<rest>[^()]{2,200})\)")
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.-])*\.?")


def is_name(text: str) -> bool:
    """Tell whether a text is a person's name: two to six words that begin as names do."""
    words = [word for word in text.split() if plain(word).strip(".") not in _TITLES]
    if not 2 <= len(words) <= 6:  # noqa: PLR2004 - given and family name, and some more
        return False
    if _PLACE.search(plain(text)) or _ROLE.search(plain(text)):
        return False
    for word in words:
        if plain(word) in _PARTICLES:
            continue
        if not _WORD.fullmatch(word) or not word[0].isupper():
            return False
    return plain(words[-1]) not in _PARTICLES


def split_names(text: str) -> list[str]:
    """Split "A and B" where both are names; else the text is one."""
    parts = [part.strip(" ,") for part in _JOINTS.split(text) if part.strip(" ,")]
    if len(parts) > 1 and all(is_name(part) for part in parts):
        return parts
    return [text.strip()]


def list_parts(text: str) -> list[str]:
    """Split at commas, but not inside brackets, and not inside "Science, Technology and Art"."""
    found: list[str] = []
    depth, start = 0, 0
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth <= 0:
            found.append(text[start:i])
            start = i + 1
    found.append(text[start:])
    parts: list[str] = []
    for part in (piece.strip() for piece in found):
        if not part:
            continue
        if parts and _TAIL_OF_LIST.match(part) and _OPEN_LIST.search(parts[-1]):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def read_line(line: str, *, several: bool = False) -> list[Person]:
    """Read a line of one or several people.

    `several` says that the line is a list of people, where commas part them: a cell named
    "Speakers". Even so they are, only if each part is a name.
    """
    text = " ".join(line.split()).strip(" ,;.\u2022-\u2013*")
    if not text:
        return []
    blocks = [block for block in re.split(r"\s*[;\n|]\s*", line.strip()) if block.strip(" ,.")]
    if len(blocks) > 1:
        return [person for block in blocks for person in read_line(block, several=several)]
    parts = list_parts(text)
    if several and len(parts) > 1:
        spread = [
            name
            for part in parts
            for name in split_names(re.sub(r"^(?:and|und|y|e|et|&) ", "", part))
        ]
        if all(is_name(name) for name in spread):
            return [Person(name=name) for name in spread]
    if len(parts) == 1 and (match := _BRACKETED.fullmatch(text)) and is_name(match["name"]):
        parts = [match["name"], *list_parts(match["rest"])]
    names = split_names(parts[0])
    role, affiliations = _about(parts[1:])
    return [Person(name=name, role=role, affiliations=affiliations) for name in names]


def _about(parts: list[str]) -> tuple[str | None, tuple[str, ...]]:
    parts = [part.rstrip(".") if part.count(".") == 1 else part for part in parts]
    if parts and (_ROLE.search(plain(parts[0])) and not _starts_as_place(parts[0])):
        return parts[0], tuple(parts[1:])
    return None, tuple(parts)


def _starts_as_place(text: str) -> bool:
    role, place = _ROLE.search(plain(text)), _PLACE.search(plain(text))
    return place is not None and role is not None and place.start() < role.start() == 0
