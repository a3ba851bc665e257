"""Looking into parsed JSON whose shape nobody promised: each answers what is there, or nothing."""

from streamhub.formats.draft import Person


def mapping(node: object) -> dict[str, object]:
    """The object that is there, or an empty one."""
    return node if isinstance(node, dict) else {}


def listing(node: object) -> list[object]:
    """The list that is there, or an empty one."""
    return node if isinstance(node, list) else []


def rows(node: object) -> list[dict[str, object]]:
    """The objects of a list."""
    return [one for one in listing(node) if isinstance(one, dict)]


def text(node: object) -> str | None:
    """A text or number as text; of texts in several languages the first; None if there is none."""
    if isinstance(node, str):
        return node if node.strip() else None
    if isinstance(node, bool):
        return None
    if isinstance(node, int | float):
        return str(node)
    if isinstance(node, dict):
        return next((found for one in node.values() if (found := text(one))), None)
    return None


def texts(*nodes: object) -> str | None:
    """Several texts as paragraphs of one, each once."""
    found = dict.fromkeys(said for node in nodes if (said := text(node)))
    return "\n\n".join(found) or None


def number(node: object) -> int | None:
    """A whole number, also where it is written as text."""
    if isinstance(node, bool):
        return None
    if isinstance(node, int):
        return node
    if isinstance(node, str) and node.strip().lstrip("-").isdigit() and len(node) < 20:  # noqa: PLR2004 - no time is longer
        return int(node)
    return None


def truth(node: object) -> bool:
    """Whether something is said to be so."""
    return node is True or (isinstance(node, str) and node.strip().lower() in {"true", "yes", "1"})


def person(
    name: object,
    *,
    role: object = None,
    affiliation: object = None,
    biography: object = None,
    key: object = None,
) -> Person | None:
    """Somebody who has a name."""
    said = text(name)
    if said is None:
        return None
    where = text(affiliation)
    return Person(
        name=said,
        role=text(role),
        affiliations=(where,) if where else (),
        biography=text(biography),
        id=text(key),
    )
