"""Which column of a table is what: headings in six languages, and those of conference tools.

Headings are compared folded, without marks and brackets. A heading row is the row among the first
thirty that names most columns; a row above it may name groups of columns.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from streamhub.formats.cells import Cell
from streamhub.formats.moments import plain

_HEADINGS: Final[dict[str, str]] = {
    "title": (
        "title,session title,event name,eventname,name,talk,talk title,session name,"
        "proposal title,presentation title,titel,vortrag,vortragstitel,thema,programmpunkt,"
        "titulo,titulo de la sesion,ponencia,charla,actividad,tema,titre,intitule,conference,"
        "sujet,titolo,intervento,atividade,palestra,summary,subject,topic,activity,"
        "agenda item,item,what,session,sesion,sessao,sessione,programa,programm,event,evento,"
        "event title,betreff,asunto,objet,oggetto,assunto"
    ),
    "start": (
        "start,start time,starts,starttime,time start,from,begin,beginning,begins,beginn,"
        "anfang,von,startzeit,start date time,scheduled at,start at,startsat,starts at,"
        "inicio,hora de inicio,hora inicio,comienzo,desde,debut,heure de debut,de,inizio,"
        "ora inizio,dalle,hora de comeco,dtstart,start (local),session start,start datetime,"
        "planned start"
    ),
    "end": (
        "end,end time,ends,endtime,time end,to,until,finish,ende,bis,endzeit,fin,hora de fin,"
        "hora fin,hasta,heure de fin,fine,ora fine,alle,termino,hora de termino,fim,ate,"
        "dtend,ends at,endsat,end at,session end,end datetime,planned end"
    ),
    "time": (
        "time,time slot,timeslot,slot,when,uhrzeit,zeit,hora,horario,heure,horaire,ora,"
        "orario,schedule,times,hours"
    ),
    "duration": (
        "duration,length,minutes,min,dauer,lange,duracion,duree,durata,duracao,"
        "scheduled duration,duration (min),duration minutes,minuten,minutos"
    ),
    "date": ("date,session date,datum,fecha,data,event date,start date,startdatum,fecha de inicio"),
    "day": "day,tag,dia,jour,giorno,weekday,wochentag,day of week,conference day",
    "room": (
        "room,location,venue,stage,place,where,hall,raum,ort,saal,buhne,raum/ort,sala,lugar,"
        "ubicacion,salon,salle,lieu,luogo,aula,local,room/location,room / location,room name,"
        "auditorium,espacio,palco,session location,microlocation"
    ),
    "track": (
        "track,tracks,stream,strand,theme,category,categoria,categorie,kategorie,themenfeld,"
        "session track,track name,eje,linea,axe,filone,trilha,session group"
    ),
    "kind": (
        "type,session type,format,kind,session format,art,typ,vortragsart,tipo,formato,genre,"
        "type de session,formato de sesion,submission type,proposal type"
    ),
    "speakers": (
        "speaker,speakers,presenter,presenters,author,authors,who,panelists,panellists,"
        "speaker name,speaker names,speaker(s),people,featuring,lecturer,chair,moderator,"
        "vortragende,vortragender,referent,referenten,referentin,referent in,sprecher,redner,"
        "ponente,ponentes,conferencista,conferencistas,orador,oradores,expositor,intervenant,"
        "intervenants,orateur,orateurs,relatore,relatori,relatrice,palestrante,palestrantes,"
        "orador a,host,hosts,name of speaker,presented by,participants"
    ),
    "affiliation": (
        "affiliation,affiliations,organisation,organisations,organization,organizations,company,"
        "companies,institution,institutions,institute,org,firma,speaker affiliation,"
        "speaker affiliations,afiliaciones,instituciones,empresas,"
        "unternehmen,einrichtung,institucion,empresa,organizacion,entreprise,organisme,"
        "azienda,ente,istituzione,afiliacion,filiation,speaker company,speaker organization"
    ),
    "role": (
        "role,position,job title,function,funktion,cargo,puesto,poste,fonction,ruolo,"
        "speaker title,tagline"
    ),
    "abstract": (
        "abstract,description,details,info,notes,beschreibung,inhalt,zusammenfassung,"
        "descripcion,resumen,resume,descrizione,riassunto,descricao,resumo,"
        "session description,content,note,body,information,long description"
    ),
    "subtitle": "subtitle,untertitel,subtitulo,sous-titre,sottotitolo",
    "language": "language,sprache,idioma,langue,lingua,lang,spoken language,session language",
    "uid": ("id,uid,guid,session id,code,proposal id,number,nr,no,session code,kennung,reference"),
    "url": "url,link,website,web,session url,permalink",
    "status": (
        "status,state,confirmed,published,accepted,bestatigt,veroffentlicht,estado,"
        "confirmado,publicado,statut,etat,confirme,stato,confermato,situacao,approved,public"
    ),
    "skip": "skip,hidden,cancelled,canceled,abgesagt,cancelado,annule,annullato,hide",
    "recorded": (
        "recorded,recording,record,aufzeichnung,grabacion,enregistrement,registrazione,"
        "gravacao,may be recorded"
    ),
    "unrecorded": "do not record,do_not_record,no recording,optout,opt-out,nicht aufzeichnen",
    "unstreamed": "do not stream,do_not_stream,no streaming,nicht streamen",
}
FIELDS: Final = tuple(_HEADINGS)
_BY_HEADING: Final = {
    heading: name for name, headings in _HEADINGS.items() for heading in headings.split(",")
}
_NUMBERED: Final = re.compile(r"(?P<base>.*?\D)[ _#.-]*\d{1,2}")
_BY_NUMBER: Final = re.compile(r"#(?P<n>[1-9]\d{0,3})")
_LOOK_AT: Final = 30
_LEAST: Final = 2


def heading(cell: Cell) -> str:
    """Fold a heading."""
    said = plain(cell) if isinstance(cell, str) else ""
    said = re.sub(r"\((?:local|utc|min|minutes|optional|required|hh:mm|y/n|[a-z]{2,4})\)", "", said)
    return " ".join(said.strip("*:#. ").replace("_", " ").split())


def field_of(cell: Cell) -> str | None:
    """Tell which field a heading names; `Speaker 2` is one more of speakers."""
    said = heading(cell)
    if said in _BY_HEADING:
        return _BY_HEADING[said]
    if match := _NUMBERED.fullmatch(said):
        found = _BY_HEADING.get(match["base"].strip())
        return found if found == "speakers" else None
    return None


def heading_row(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Find the row that names most columns, and at least a title or a time."""
    best, most = None, _LEAST - 1
    for i, row in enumerate(rows[:_LOOK_AT]):
        named = {name for cell in row if (name := field_of(cell)) is not None}
        if len(named) > most and named & {"title", "start", "time"}:
            best, most = i, len(named)
    return best


def columns_of(rows: Sequence[Sequence[Cell]], at: int) -> dict[str, list[int]]:
    """Say which columns are what; what has no name of its own has that of its group above."""
    found: dict[str, list[int]] = {}
    above = rows[at - 1] if at else []
    group: str | None = None
    width = max(len(rows[at]), len(above))
    for i in range(width):
        cell = rows[at][i] if i < len(rows[at]) else None
        over = above[i] if i < len(above) else None
        if over is not None:
            group = field_of(over)
        name = field_of(cell)
        numbered = isinstance(cell, float) or (isinstance(cell, str) and cell.strip().isdigit())
        if name is None and group is not None and (numbered or cell is None):
            name = group if numbered or group == "speakers" else None
        if name is not None:
            found.setdefault(name, []).append(i)
    if "title" not in found and "track" in found and "kind" in found:
        found["title"] = found.pop("kind")
    return found


def chosen(
    rows: Sequence[Sequence[Cell]], at: int | None, choices: Mapping[str, str]
) -> tuple[dict[str, list[int]], list[str]]:
    """Find the columns that were chosen, by heading, letter or number; tell which were not.

    `#3` is the third, whatever headings say; a field with nothing chosen for it has no column.
    """
    head = [] if at is None else [heading(cell) for cell in rows[at]]
    found: dict[str, list[int]] = {}
    missing = []
    for name, said in choices.items():
        if name not in _HEADINGS:
            missing.append(name)
            continue
        places: list[int] = []
        for one in said.split("+") if said else ():
            wish = heading(one)
            if match := _BY_NUMBER.fullmatch(one.strip()):
                places.append(int(match["n"]) - 1)
            elif wish in head:
                places.append(head.index(wish))
            elif re.fullmatch("[A-Za-z]{1,2}", one.strip()):
                index = 0
                for letter in one.strip().upper():
                    index = index * 26 + ord(letter) - 64
                places.append(index - 1)
            elif one.strip().isdigit() and 0 < int(one) <= 1000:  # noqa: PLR2004 - beyond any table
                places.append(int(one) - 1)
            else:
                missing.append(one.strip())
        if places or not said:
            found[name] = places
    return found, missing
