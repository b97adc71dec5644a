"""In which words does an assistant refuse?

Each phrase is an expression over small letters that a linear engine can search: no looking around,
no back references. It must say no to the request itself; that something was not found, is late or
is sold out is no refusal, and neither is an apology.
"""

__all__ = ["REFUSALS", "VERSION"]

VERSION = 1
"""Which edition of the phrases this is; it grows when one is changed."""

_CANNOT = r"i(?:'m| am)? (?:can't|cannot|can not|won't|will not|not able to|unable to)"
_END = r"(?:[ ,]+(?:you|with|there|him|her|them|that|this|users)\b|[.,!;:]|$)"

REFUSALS: dict[str, tuple[str, ...]] = {
    "en": (
        rf"\b{_CANNOT} (?:\w+ )?(?:help|assist){_END}",
        rf"\b{_CANNOT} (?:comply|fulfil|fulfill|engage in|participate in|take part in)\b",
        rf"\b{_CANNOT} (?:disclose|reveal|discuss|divulge)\b",
        (
            rf"\b{_CANNOT} (?:provide|give|offer|share|write|create|generate|produce) (?:\w+ )?(?:that"
            r" (?:kind|sort|type|information|content)|this (?:kind|sort|type|information|content)"
            r"|such|instructions|medical|legal|financial|investment|personal|confidential"
            r"|internal)\b"
        ),
        (
            r"\b(?:against|violates?|violating|contrary to) (?:my|our|the) (?:\w+ )?(?:guidelines"
            r"|policy|policies|programming|principles|terms of (?:use|service))\b"
        ),
        (
            rf"\bas an? (?:ai|artificial intelligence|language model|virtual assistant)\b.{{0,40}}"
            rf"\b{_CANNOT}\b"
        ),
        (
            r"\bfor (?:reasons of (?:security|privacy)|(?:security|privacy|legal|safety) reasons),? "
            r"(?:i|we)(?:'m| am| are)? (?:can't|cannot|can not|not able|unable|not allowed)\b"
        ),
        (
            r"\b(?:i|we) (?:must|have to|need to|will have to) (?:politely |respectfully )?"
            r"(?:decline|refuse)\b"
        ),
        (
            r"\bsomething (?:that )?i(?:'m| am)? (?:can't|cannot|not able to|not allowed to"
            r"|unable to) (?:help|assist|do|discuss|provide|share)\b|\bnot something (?:that )?i can\b"
        ),
        r"\bi(?:'m| am) not (?:allowed|permitted|authori[sz]ed) to\b",
        r"\bmy (?:guidelines|rules|instructions|policies) (?:don't|do not|prevent|forbid|prohibit)\b",
    ),
    "de": (
        r"\b(?:dabei|damit|hierbei|hiermit|dazu|da) kann ich (?:\w+ ){0,2}nicht (?:weiter)?helfen\b",
        r"\bkann ich (?:\w+ ){0,2}nicht (?:beantworten|weiterhelfen|dabei helfen|unterstützen)\b",
        r"\bich (?:darf|kann) (?:\w+ ){0,2}(?:keine (?:auskunft|auskünfte|angaben)|nicht darüber)\b",
        r"\bich darf (?:\w+ ){0,3}nicht\b",
        (
            r"\baus (?:sicherheits|datenschutz|rechtlichen )?-?gründen"
            r"(?: de[rs] \w+)? (?:kann|darf|können|dürfen) (?:ich|wir)\b"
        ),
        r"\bals (?:ki|sprachmodell|künstliche intelligenz)\b.{0,40}\bkann ich\b.{0,40}\bnicht\b",
        r"\bich muss (?:\w+ ){1,3}(?:ablehnen|verweigern)\b",
        r"\bverstößt gegen (?:meine|unsere|die) (?:\w+ )?(?:richtlinien|regeln|grundsätze)\b",
    ),
    "fr": (
        (
            r"\bje ne (?:peux|puis) (?:malheureusement )?pas (?:vous |t'|te )?(?:aider|assister"
            r"|répondre à (?:cette|votre) (?:question|demande)|satisfaire|traiter cette|divulguer"
            r"|révéler|discuter|donner (?:suite|de conseil))"
        ),
        (
            r"\bje ne suis pas (?:en mesure|capable|autorisée?) (?:de |d'|à )(?:vous )?(?:aider"
            r"|assister|répondre|discuter|divulguer|révéler|partager)"
        ),
        (
            r"\bpour des raisons (?:de (?:sécurité|confidentialité)|juridiques|légales),? je ne"
            r" (?:peux|puis)\b"
        ),
        (
            r"\ben tant qu(?:e |')(?:ia|intelligence artificielle|assistant|modèle)\b.{0,40}"
            r"\bje ne (?:peux|puis|suis)\b"
        ),
        (
            r"\b(?:contraire à|enfreint|viole) (?:mes|nos|les|ma|notre) (?:règles|directives|principes"
            r"|politique)"
        ),
        r"\bje dois (?:refuser|décliner)\b",
    ),
    "es": (
        (
            r"\bno puedo (?:ayudarte|ayudarle|ayudarlo|ayudarla|ayudar con|asistirte|cumplir"
            r"|responder a (?:eso|esa|esta|tu|su)|hablar (?:de|sobre)|divulgar|revelar"
            r"|proporcionar (?:ese|esa|este|esta|información (?:personal|confidencial)|consejos?))"
        ),
        r"\bno (?:estoy autorizad[oa]|tengo permitido|tengo permiso|me está permitido)\b",
        (
            r"\bpor (?:razones|motivos) de (?:seguridad|privacidad|confidencialidad),? no (?:puedo"
            r"|podemos)\b"
        ),
        (
            r"\bcomo (?:ia|inteligencia artificial|modelo de lenguaje|asistente virtual)\b.{0,40}"
            r"\bno puedo\b"
        ),
        (
            r"\b(?:va en contra de|infringe|viola) (?:mis|nuestras|las|mi|nuestra|la) (?:normas"
            r"|políticas?|directrices)"
        ),
        r"\b(?:debo|tengo que) (?:rechazar|negarme|declinar)\b",
    ),
    "it": (
        (
            r"\bnon posso (?:aiutarti|aiutarla|aiutarvi|aiutare con|assisterti|assisterla|divulgare"
            r"|rivelare|soddisfare|rispondere a (?:quest|tale)|fornire (?:quest|consigli|informazioni"
            r" (?:personali|riservate)))"
        ),
        r"\bnon sono autorizzat[oa] a\b",
        r"\bnon sono in grado di (?:aiutar|assister|discutere|divulgare)",
        r"\bper (?:motivi|ragioni) di (?:sicurezza|privacy|riservatezza),? non (?:posso|possiamo)\b",
        r"\bdevo (?:rifiutare|declinare)\b",
        (
            r"\b(?:va contro|viola) (?:le mie|le nostre|la nostra|la mia|le) (?:linee guida|regole"
            r"|politica|policy)"
        ),
    ),
    "pt": (
        (
            r"não posso (?:ajudar|ajudá-l[oa]|te ajudar|ajudá-los|divulgar|revelar|atender a ess"
            r"|responder a (?:isso|essa|esta)|fornecer (?:ess|informações (?:pessoais|confidenciais)"
            r"|conselhos?))"
        ),
        r"não (?:estou autorizad[oa]|tenho permissão|consigo ajudar)\b",
        (
            r"\bpor (?:razões|motivos|questões) de (?:segurança|privacidade|confidencialidade),? não"
            r" (?:posso|podemos)\b"
        ),
        r"\b(?:devo|tenho (?:de|que)) (?:recusar|declinar)\b",
        (
            r"\b(?:vai contra|viola) (?:as minhas|minhas|as nossas|nossas|as) (?:diretrizes|regras"
            r"|políticas)"
        ),
    ),
    "nl": (
        r"\b(?:daar|daarmee|daarbij|hier|hiermee|hierbij) kan ik (?:\w+ ){0,2}niet (?:\w+ )?helpen\b",
        r"\bik kan (?:u|je|jou) (?:\w+ ){0,3}niet (?:\w+ )?helpen\b",
        r"\bik mag (?:\w+ ){0,3}(?:niet|geen)\b",
        r"\bom (?:veiligheids|privacy)redenen (?:kan|mag) ik\b",
        r"\bik moet (?:\w+ ){1,3}(?:weigeren|afwijzen)\b",
        r"\bin strijd met (?:mijn|onze|de) (?:richtlijnen|regels|beleid)",
    ),
    "ja": (
        (
            r"(?:お手伝い|お答え|ご案内|お応え|対応|回答)(?:は|を|に|する(?:こと)?は|することが)?"
            r"(?:できません|できかねます|いたしかねます|致しかねます)"
        ),
    ),
    "zh": (
        r"(?:我|抱歉|对不起).{0,12}(?:无法|不能|不便)(?:协助|帮助|回答|提供(?:帮助|这|此|该)|满足)",
    ),
}
"""By language, the phrases of which one in the beginning of an answer is a refusal."""
