"""Which time zone a city or country lies in, as far as the names of the zones and a short list say.

What lies in several zones (the USA, Russia, Australia) is not listed.
"""

from typing import Final

from streamhub.core.agenda import zone_names
from streamhub.formats.moments import plain

_MORE: Final = {
    "Europe/Berlin": (
        "germany,deutschland,alemania,allemagne,munich,munchen,hamburg,frankfurt,cologne,koln,"
        "bonn,leipzig,dresden,stuttgart,karlsruhe"
    ),
    "Europe/Paris": "france,francia,frankreich,lyon,marseille,toulouse,strasbourg,lille,bordeaux",
    "Europe/Madrid": "espana,barcelona,sevilla,seville,valencia,bilbao,malaga",
    "Europe/Rome": (
        "italy,italia,italien,milan,milano,turin,torino,bologna,florence,firenze,naples,roma"
    ),
    "Europe/Brussels": "belgium,belgica,belgique,bruxelles,bruselas,brussel,gent,ghent,antwerp",
    "Europe/Amsterdam": "netherlands,nederland,rotterdam,utrecht,the hague,den haag,delft",
    "Europe/Vienna": "austria,osterreich,wien,graz,linz,viena,vienne",
    "Europe/Zurich": (
        "switzerland,schweiz,suisse,suiza,geneva,geneve,genf,ginebra,bern,basel,lausanne"
    ),
    "Europe/Lisbon": "lisboa,porto",
    "Europe/London": (
        "united kingdom,uk,england,scotland,wales,manchester,edinburgh,cambridge,oxford,londres"
    ),
    "Europe/Prague": "czech republic,czechia,praha,brno",
    "Europe/Warsaw": "poland,polska,warszawa,krakow",
    "Europe/Kyiv": "ukraine,kiev",
    "Europe/Stockholm": "sweden,gothenburg,malmo",
    "Europe/Oslo": "norway,bergen",
    "Europe/Copenhagen": "denmark,aarhus,kobenhavn",
    "Europe/Helsinki": "finland",
    "Europe/Athens": "greece,grecia",
    "Europe/Dublin": "ireland,irlanda,cork",
    "America/Mexico_City": "mexico,cdmx,ciudad de mexico,guadalajara,puebla,pachuca",
    "America/Lima": "peru,cusco,arequipa",
    "America/Santiago": "chile,valparaiso,santiago de chile",
    "America/Bogota": "colombia,medellin,cali",
    "America/Argentina/Buenos_Aires": "argentina,buenos aires,rosario",
    "America/Sao_Paulo": "brasilia,rio de janeiro,curitiba,porto alegre",
    "America/Montevideo": "uruguay",
    "America/Asuncion": "paraguay",
    "America/La_Paz": "bolivia",
    "America/Caracas": "venezuela",
    "America/Guayaquil": "ecuador,quito",
    "America/Costa_Rica": "san jose de costa rica",
    "America/New_York": (
        "new york city,nyc,washington,washington dc,washington d.c.,boston,philadelphia,miami,"
        "atlanta,et,eastern time,pittsburgh,nueva york"
    ),
    "America/Chicago": "austin,dallas,houston,minneapolis,central time",
    "America/Denver": "mountain time,salt lake city",
    "America/Los_Angeles": "san francisco,seattle,portland,san diego,pacific time",
    "America/Toronto": "montreal,ottawa",
    "Asia/Kolkata": "india,delhi,new delhi,mumbai,bangalore,bengaluru,kochi,chennai,hyderabad",
    "Asia/Shanghai": "china,beijing,shenzhen",
    "Asia/Tokyo": "japan,kyoto,osaka",
    "Asia/Seoul": "south korea,korea",
    "Asia/Jerusalem": "israel,tel aviv",
    "Asia/Kathmandu": "nepal",
    "Africa/Lagos": "nigeria",
    "Africa/Nairobi": "kenya",
    "Africa/Johannesburg": "south africa,cape town",
    "Africa/Cairo": "egypt",
    "UTC": "gmt/utc,utc",
}
_AREAS: Final = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)


def _by_place() -> dict[str, str]:
    found = {}
    for name in sorted(zone_names()):
        area, _, rest = name.partition("/")
        if rest and area in _AREAS:
            found[plain(rest.rpartition("/")[2].replace("_", " "))] = name
    for name, places in _MORE.items():
        city = plain(name.rpartition("/")[2].replace("_", " "))
        found |= dict.fromkeys([city, *places.split(",")], name)
    return found


BY_PLACE: Final = _by_place()


def zone_of(place: str) -> str | None:
    """Find the zone of a place: its name, or that of a city or country in it."""
    said = plain(place)
    if said in BY_PLACE:
        return BY_PLACE[said]
    for part in said.replace("(", ",").replace(")", ",").split(","):
        if part.strip() in BY_PLACE:
            return BY_PLACE[part.strip()]
    return None
