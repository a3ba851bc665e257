"""What a simulated audience asks at the sample event, and what it is called.

Nobody real said any of this. `unwelcome` marks questions that a moderator would not take up: beside
the point, advertising, or rude.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `session` is an id of the sample agenda, `language` a code such as `es`."""

    session: str
    language: str
    text: str
    unwelcome: bool = False


NAMES: Final[tuple[str | None, ...]] = (
    *("Ana", "Bruno", "Camila", "Daniela", "Diego", "Elena", "Fernanda", "Gabriel", "Héctor"),
    *("Inés", "Joana", "João", "Katarzyna", "Lucía", "Luis", "Maëlle", "Marta", "Mateo"),
    *("Nuria", "Pedro", "Rosa", "Sofía", "Tomás", "Valentina", "Wim", "Ximena"),
    *(None,) * 12,
)
"""First names; None asks without a name, as about a third do."""

QUESTIONS: Final = (
    Asked("s1", "en", "Will the slides and the recording be shared afterwards?"),
    Asked("s1", "es", "¿Habrá interpretación al español durante toda la jornada?"),
    Asked("s1", "en", "Why Hidalgo? What made this park the right place to hold the conference?"),
    Asked("s1", "es", "¿Cómo puede sumarse una universidad pequeña a este tipo de iniciativas?"),
    Asked(
        "s1",
        "en",
        "Is the EU committed to this cooperation beyond the current project, and what would the "
        "next phase look like?",
    ),
    Asked("s2", "en", "Which of the three countries surprised you most, and why?"),
    Asked("s2", "es", "¿El informe estará disponible en español? ¿Dónde se puede descargar?"),
    Asked(
        "s2",
        "en",
        "How do you keep a strategy alive when the regional government changes halfway through it?",
    ),
    Asked(
        "s2",
        "es",
        "¿Qué indicadores usan para saber si una estrategia funciona antes de que pasen diez años?",
    ),
    Asked("s2", "pt", "Há planos para incluir regiões do Brasil na próxima edição do relatório?"),
    Asked("s2", "en", "What is the one thing you would not do again?"),
    Asked(
        "s2",
        "en",
        "The word 'sustainability' is in the title. Did any region give up a priority because it "
        "failed that test?",
    ),
    Asked("s2", "es", "¿Cuánto cuesta, más o menos, elaborar una estrategia de este tipo?"),
    Asked("s3", "en", "How do you measure relatedness where most firms are informal?"),
    Asked(
        "s3",
        "es",
        "En muchas regiones los datos de patentes son casi cero. ¿Con qué los reemplazan?",
    ),
    Asked("s3", "en", "Could you show the network for lithium and copper again, more slowly?"),
    Asked(
        "s3",
        "en",
        "If the data say one thing and local entrepreneurs say another, who wins?",
    ),
    Asked("s3", "es", "¿Los mapas y los datos son abiertos? Me gustaría repetir el análisis."),
    Asked(
        "s3",
        "pt",
        "Como evitar que a análise só confirme os setores que já são fortes e esqueça o novo?",
    ),
    Asked("s3", "en", "Does proximity still matter for collaboration, or do similar domains win?"),
    Asked(
        "s3",
        "es",
        "¿Han identificado alguna cadena de valor en la que Chile, México y Perú se complementen "
        "de verdad, y no solo compitan por los mismos mercados?",
    ),
    Asked("s3", "en", "At what level of detail do the results become noise?"),
    Asked("s5", "es", "¿Cómo lograron que las empresas vinieran a la segunda reunión?"),
    Asked("s5", "en", "What did the agri-food producers get out of it in the first year?"),
    Asked(
        "s5",
        "es",
        "Para Piura: ¿cómo financian los proyectos que salen del proceso? ¿Con canon, con fondos "
        "nacionales o con cooperación?",
    ),
    Asked(
        "s5",
        "en",
        "To the colleagues from Chile: how do you divide the work between Santiago and the "
        "regional governments?",
    ),
    Asked("s5", "es", "¿Qué papel tienen los pueblos indígenas en estas estrategias?"),
    Asked("s5", "en", "Young people leave. How does a strategy on paper make them stay?"),
    Asked(
        "s5",
        "es",
        "Trabajo en un municipio de 20.000 habitantes. ¿Por dónde empezamos si no tenemos ni "
        "equipo técnico ni presupuesto propio?",
    ),
    Asked("s5", "en", "Can you name a priority that you dropped, and how you told its supporters?"),
    Asked("s5", "es", "¿Hay experiencias con compra pública innovadora a escala regional?"),
    Asked(
        "s5",
        "pt",
        "O que as regiões europeias poderiam aprender com a experiência latino-americana?",
    ),
    Asked("s5", "en", "How many of the pilot projects are still running today?"),
    Asked("s5", "es", "¿Cómo se mide la confianza entre los actores? ¿O eso no se mide?"),
    Asked("s6", "en", "What should we have achieved when we meet again in five years?"),
    Asked(
        "s6",
        "es",
        "¿Descentralizar la innovación sin descentralizar los impuestos no es quedarse a medias?",
    ),
    Asked("s6", "en", "Is there room for a shared fund of several Latin American countries?"),
    Asked("s6", "es", "¿Cuál es el primer paso que podemos dar mañana desde nuestra región?"),
    Asked("s6", "en", "How can those of us who only watched today stay in touch with the group?"),
    Asked("s1", "es", "¿Alguien sabe la contraseña del wifi y si hay estacionamiento?", True),
    Asked("s2", "en", "Does anybody have two tickets for the football match on Saturday?", True),
    Asked("s3", "en", "Try our dashboard, first month free! Best analytics for regions.", True),
    Asked("s5", "en", "This is a waste of everybody's time, you only read out your slides.", True),
    Asked("s5", "es", "Vendo departamento en Pachuca, tres recámaras, trato directo.", True),
    Asked("s6", "en", "Why is the moderator so boring? Next one please.", True),
)
"""In the order of the agenda, the unwelcome ones last; every text fits core's question rules."""
