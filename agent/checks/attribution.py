"""Whether a sentence gives what it says as the customer's own statement, in nine languages."""

import re

_SAYS = (
    # en
    r"you (?:wrote|write|said|say|told us|tell us|mentioned|mention|stated|state|indicated|announced|named|promised)",
    r"you (?:have )?(?:written|told us|informed us|let us know|asked|ask|requested)",
    r"you (?:expect|plan|intend|propose|aim) to pay",
    r"(?:in|of|from|by|to) your (?:message|e-?mail|reply|letter|note)",
    r"your (?:message|e-?mail|reply|request|promise) of",
    r"according to (?:you|your message|your e-?mail)",
    # de
    r"sie (?:schreiben|schrieben|teilen (?:uns )?mit|teilten|nennen|nannten|kündigen|kündigten|bitten|baten|möchten)",
    r"(?:schreiben|schrieben|teilten|nannten|kündigten|gaben|erwähnten|baten) sie",
    r"sie haben (?:uns )?(?:geschrieben|mitgeteilt|angekündigt|genannt|angegeben|gebeten)",
    r"haben sie (?:uns )?(?:geschrieben|mitgeteilt|angekündigt|genannt|angegeben|gebeten)",
    r"(?:laut|gemäß|nach|in) ihrer (?:nachricht|e-?mail|mitteilung|angabe|mail)",
    r"von ihnen (?:genannt|angegeben|angekündigt|zugesagt)\w{0,2}",
    # fr
    r"vous (?:nous )?(?:écrivez|avez écrit|dites|avez dit|indiquez|avez indiqué|annoncez|avez annoncé|signalez)",
    r"vous (?:nous )?(?:demandez|avez demandé|précisez|avez précisé|mentionnez|avez mentionné|prévoyez de)",
    r"(?:selon|d'après|dans) votre (?:message|e-?mail|courriel|mail|réponse)",
    # es
    r"(?:usted )?nos (?:escribe|escribió|dice|dijo|indica|indicó|comenta|comentó|comunica|pide|pidió|informa|"
    r"informó)",
    r"(?:usted )?nos ha (?:escrito|dicho|indicado|comentado|comunicado|pedido|informado)",
    r"según (?:su|nos) (?:mensaje|correo|escribe|indica|dice)",
    # it
    r"lei (?:ci )?(?:scrive|ha scritto|dice|ha detto|indica|ha indicato|comunica|ha comunicato|chiede|ha chiesto)",
    r"(?:come )?ci (?:scrive|ha scritto|ha detto|ha indicato|ha comunicato|ha chiesto)",
    r"(?:secondo|nel|dal) (?:il )?suo (?:messaggio)",
    # nl
    r"u (?:schrijft|schreef|zegt|zei|meldt|meldde|geeft aan|gaf aan|noemt|noemde|vraagt|vroeg)",
    r"u (?:hebt|heeft) (?:ons )?(?:geschreven|gemeld|aangegeven|laten weten|gevraagd)",
    r"(?:volgens|in) uw (?:bericht|e-?mail|mail)",
    # pt
    r"(?:escreveu|escreve|disse|indicou|informou|comunicou|mencionou|pediu)-nos",
    r"na sua mensagem|no seu e-?mail|segundo a sua mensagem|conforme indicou",
    r"o senhor (?:escreveu|disse|indicou)|a senhora (?:escreveu|disse|indicou)|nos (?:escreveu|disse|informou)",
    # pl
    r"(?:piszą|pisali|podają|podali|wskazali|poinformowali|zapowiedzieli|proszą|prosili|deklarują) państwo",
    r"państwo (?:piszą|pisali|podają|podali|wskazali|poinformowali|proszą|deklarują)",
    r"(?:według|zgodnie z|w) państwa (?:wiadomości|wiadomością|informacj\w{1,2})",
    # sv
    r"ni (?:skriver|skrev|säger|sade|sa|uppger|uppgav|anger|angav|nämner|nämnde|ber|bad|meddelar|meddelade)",
    r"ni har (?:skrivit|sagt|uppgett|meddelat|bett)",
    r"(?:enligt|i) ert (?:meddelande|mejl)",
)
_ATTRIBUTES = re.compile(r"(?<!\w)(?:" + "|".join(_SAYS) + r")(?!\w)")

_OURS = (
    # en
    r"we (?:have |hereby )?(?:received?|found|booked|credited|confirm|confirmed|agree|agreed|accept|accepted|"
    r"grant|granted)",
    r"(?:has|have) been (?:received|credited|booked|accepted|agreed|granted)|(?:is|are) (?:settled|paid|agreed|"
    r"granted)",
    # de
    r"wir (?:bestätigen|akzeptieren|gewähren|stimmen zu)|(?:ist|sind) (?:bei uns )?(?:eingegangen|beglichen|"
    r"bezahlt|verbucht)",
    r"(?:haben|hat) (?:wir )?(?:erhalten|verbucht|gutgeschrieben|akzeptiert|gewährt)|wir haben (?:\w+ ){0,3}erhalten",
    # fr
    r"nous (?:confirmons|acceptons|accordons|avons (?:bien )?(?:reçu|encaissé|accepté|accordé))|(?:est|"
    r"sont) (?:réglée?s?|soldée?s?)",
    # es
    r"(?:confirmamos|aceptamos|concedemos|hemos (?:recibido|aceptado|concedido))|(?:está|están) (?:pagad|"
    r"saldad)\w{1,2}",
    # it
    r"(?:confermiamo|accettiamo|concediamo|abbiamo (?:ricevuto|accettato|concesso))|(?:risulta|risultano|"
    r"è) (?:pagat|saldat)\w",
    # nl
    r"(?:wij|we) (?:bevestigen|accepteren|hebben (?:\w+ ){0,3}(?:ontvangen|geaccepteerd))|(?:is|zijn) (?:voldaan|"
    r"betaald)",
    # pt
    r"(?:confirmamos|aceitamos|concedemos|recebemos)|(?:está|estão) (?:pag|liquidad)\w{1,2}",
    # pl
    r"(?:potwierdzamy|akceptujemy|zgadzamy się|otrzymaliśmy)|(?:jest|są) (?:opłacon|rozliczon)\w",
    # sv
    r"vi (?:bekräftar|godkänner|accepterar|har (?:mottagit|fått|godkänt))|(?:är) (?:betald|reglerad)\w?",
)
_CONFIRMS = re.compile(r"(?<!\w)(?:" + "|".join(_OURS) + r")(?!\w)")


def attributes_to_customer(sentence: str) -> bool:
    """Whether a normal sentence words what it says as the customer's statement, and confirms nothing of our own."""
    lowered = " ".join(sentence.lower().split())
    return _ATTRIBUTES.search(lowered) is not None and _CONFIRMS.search(lowered) is None
