"""No discount, waiver, threat, legal claim, grant or settlement that the decision did not allow; nine languages."""

import re

from agent.checks.checked import Checked
from agent.checks.page import Page
from ledger.model.decision import PolicyDecision, TopicKind
from ledger.model.draft import Finding
from ledger.model.snapshot import AccountSnapshot

CHECK = "allowed_statements"
_SETTLED = "settled"
_WORDS: dict[str, tuple[str, str]] = {
    "discount": (
        "a discount is offered",
        r"\bdiscount|\brebate|price reduction|\breduced? (?:the|your) (?:amount|price|balance)|\brabatt|\bskonto|"
        r"preisnachlass|"
        r"\bnachlass|\bremise\b|\brabais|\bescompte|\bristourne|\bdescuento|\brebaja|\bbonificaci|\bsconto|"
        r"\bsconti\b|"
        r"\bkorting|\bdesconto|\babatimento|\brabat|\bupust|\bzniżk",
    ),
    "waiver": (
        "something owed is waived",
        r"\bwaive|\bwaiver|write[ -]?off|written off|forgive|\bcancel (?:the|your|this) (?:invoice|debt|balance)|"
        r"credit(?:ed)? (?:the|your) (?:full|whole)|no longer (?:owe|need to pay)|do(?:es)? not (?:have|"
        r"need) to (?:be )?(?:pay|paid)|"
        r"\berlass|verzichten (?:wir )?auf|ausbuch|nicht (?:mehr )?(?:zu )?(?:be)?zahlen\b|\bkulanz|renon[cç]ons|"
        r"annul(?:ons|er) (?:la|votre) (?:facture|dette)|"
        r"passons? en perte|\bcondon|anula(?:mos|remos) (?:la|su) factura|rinuncia(?:mo)?\b|stralcia|annulliamo|"
        r"kwijtscheld|schelden|"
        r"afboek|perdoa|renunciamos|dispensa(?:mos)? o pagamento|umorz|umarza|anulujemy|efterskän|skriva? av|avskriv",
    ),
    "threat": (
        "a threat",
        r"\bor else\b|final (?:warning|notice|demand)|last chance|will be forced|no (?:other )?choice|"
        r"credit (?:agency|bureau|rating)|\bblacklist|suspend|stop (?:all )?(?:deliver|suppl|shipment)|withhold|"
        r"letzte mahnung|letztmalig|\bandernfalls|gezwungen|liefersperre|lieferstopp|\bschufa|auskunftei|"
        r"dernier avertissement|dernière relance|à défaut|contraints? de|suspendr|suspension|\búltimo aviso|"
        r"última advertencia|"
        r"de lo contrario|obligados a|suspend|ultimo avviso|ultimo sollecito|in caso contrario|costretti|sospend|"
        r"sospensione|"
        r"laatste (?:waarschuwing|aanmaning)|genoodzaakt|leverstop|opschort|caso contrário|seremos obrigados|"
        r"ostateczne (?:wezwanie|ostrzeżenie)|w przeciwnym razie|będziemy zmuszeni|wstrzyma|sista (?:varning|"
        r"påminnelse)|annars|tvingade|leveransstopp",
    ),
    "legal": (
        "a legal claim",
        r"legal|lawyer|attorney|solicitor|\bcourt\b|lawsuit|\bsue\b|litigation|debt collect|collection agency|"
        r"late fee|penalt|"
        r"default interest|statutory|\binterest (?:of|at|charge|will|rate)|rechtlich|rechtsanw|anwalt|gericht\b|"
        r"gerichtlich|\bklage\b|inkasso|mahnbescheid|"
        r"verzugszins|mahngebühr|mahnkosten|juridique|judiciaire|avocat|tribunal|huissier|recouvrement|"
        r"mise en demeure|pénalité|intérêts? de retard|"
        r"abogado|judicial|demanda|embargo|intereses de demora|recargo|avvocato|legale|legali|giudizi|"
        r"decreto ingiuntivo|interessi di mora|recupero crediti|messa in mora|"
        r"advocaat|juridisch|rechtbank|deurwaarder|gerechtelijk|wettelijke rente|ingebrekestelling|advogado|"
        r"jurídic|cobrança judicial|juros de mora|"
        r"prawn[iy]|sądow|\bsąd\b|adwokat|komornik|windykac|odsetk|advokat|domstol|rättslig|kronofogd|"
        r"dröjsmålsränta|påminnelseavgift",
    ),
    "release": (
        "goods or services are promised",
        r"release (?:the|your) (?:goods|order|shipment|delivery)|(?:we will|we'll) (?:ship|resume deliver|deliver)|"
        r"(?:ware|bestellung|lieferung)(?:en)? (?:wird|werden|geben wir) \w{0,12} ?frei|geben (?:wir )?(?:die|"
        r"ihre) (?:ware|lieferung|bestellung) frei|"
        r"(?:débloqu|libér)\w+ (?:la|votre|vos|les) (?:marchandise|commande|livraison)|liberar\w* (?:el|la|"
        r"su) (?:pedido|mercancía)|"
        r"sblocc\w+ (?:l'|la |il )?(?:ordine|merce|consegna)|(?:goederen|bestelling|levering) (?:vrij|wordt vrij)|"
        r"libert\w+ (?:a|o) (?:mercadoria|encomenda|pedido)|zwoln\w+ (?:towar|zamówieni)|frigör\w* (?:varorna|"
        r"leveransen|ordern)",
    ),
    "grant": (
        "a request is granted that a person must decide",
        r"we (?:hereby )?(?:agree|accept|grant|approve)\b|we (?:can|could|will) (?:offer|grant|extend|accept)|"
        r"(?:is|are|has been|have been) (?:granted|approved|extended)|"
        r"wir (?:gewähren|stimmen|akzeptieren|genehmigen)|(?:gewährt|genehmigt|verlängert)\b|einverstanden|"
        r"nous (?:accordons|acceptons|approuvons)|(?:est|sont) (?:accordé|accepté)|"
        r"\b(?:concedemos|aceptamos|aprobamos)\b|(?:concedid|aprobad|aceptad)[oa]s?\b|\b(?:concediamo|accettiamo|"
        r"approviamo)\b|(?:concess|accettat|approvat)[oaie]\b|"
        r"(?:wij|we) (?:verlenen|accepteren|gaan akkoord)|akkoord|goedgekeurd|\b(?:aceitamos|aprovamos)\b|"
        r"(?:aprovad|aceit)[oa]s?\b|"
        r"zgadzamy się|akceptujemy|wyrażamy zgodę|vi (?:beviljar|godkänner|accepterar)|beviljad|godkänd",
    ),
    "bank_change": (
        "our bank details do not change by mail",
        r"(?:our )?(?:new|updated) (?:bank|account|payment) (?:details|account|information|number|instructions)|"
        r"(?:bank|account) details have changed|neue(?:n|s|r)? (?:bankverbindung|bankdaten|konto|iban)|"
        r"bankverbindung hat sich geändert|"
        r"nouve(?:lles?|au|aux) (?:coordonnées bancaires|compte|rib|iban)|coordonnées bancaires ont changé|"
        r"nuev[oa]s? (?:datos bancarios|cuenta|iban)|"
        r"datos bancarios han cambiado|nuov[eoi] (?:coordinate|conto|iban)|coordinate bancarie sono cambiate|"
        r"nieuwe? (?:bankgegevens|rekening|iban)|"
        r"nov[oa]s? (?:dados bancários|conta|iban)|dados bancários mudaram|now[ey] (?:dane bankowe|rachunek|konto|"
        r"numer konta)|nya? (?:bankuppgifter|konto|bankkonto|iban)",
    ),
    _SETTLED: (
        "something is confirmed as settled that the ledger does not show so",
        r"paid in full|fully paid|settled|in full settlement|balance (?:is|stands at) (?:now )?(?:zero|nil|0)|"
        r"nothing (?:is |more )?(?:left |now )?(?:open|outstanding|due|owed)|"
        r"no (?:open|outstanding|further) (?:balance|invoice|amount|item|payment)|all (?:invoices )?(?:is|"
        r"are) paid|account (?:is )?(?:clear|cleared|closed)|"
        r"vollständig (?:be|ge)zahlt|beglichen|ausgeglichen|saldo (?:ist|beträgt) (?:null|0)|nichts mehr offen|"
        r"keine offenen|erledigt|"
        r"(?:intégralement|entièrement) (?:réglé|payé)|soldée?s?\b|(?:est|sont) (?:réglée?s?|payée?s?)|"
        r"solde (?:est )?(?:nul|à zéro)|plus rien|"
        r"totalmente pagad|saldad[oa]s?|saldo (?:es )?cero|liquidad[oa]s?|no queda nada|interamente pagat|"
        r"saldat[oaei]|saldo (?:è )?(?:zero|pari a zero)|nulla da pagare|"
        r"volledig betaald|voldaan|saldo is nul|niets meer open|totalmente pag[oa]|saldo (?:é )?zero|nada em aberto|"
        r"(?:w pełni|całkowicie) (?:opłacon|zapłacon)|rozliczon|saldo (?:wynosi )?(?:zero|0)|fullt betald|"
        r"reglera[dt]|saldot är noll|ingenting kvar",
    ),
}
_PATTERNS = {name: (message, re.compile(words, re.IGNORECASE)) for name, (message, words) in _WORDS.items()}
#: A question that asks the customer to settle something confirms nothing.
_STILL_TO_COME = re.compile(
    r"(?:once|until|as soon as|when|sobald|bis|dès qu|gdy tylko|assim que|zodra|så snart|non appena|"
    r"en cuanto)\b[^.!?]{0,80}$",
    re.I,
)


def check_allowed_statements(page: Page, decision: PolicyDecision, snapshot: AccountSnapshot) -> Checked:
    """Sentences that give, threaten, claim or confirm what nobody decided."""
    findings: list[Finding] = []
    may_confirm = _closed_and_found(decision, snapshot)
    for name, (message, pattern) in _PATTERNS.items():
        for match in pattern.finditer(page.nameless):
            if name == _SETTLED and (may_confirm or _is_yet_to_come(page, match)):
                continue
            findings.append(page.finding(CHECK, message, *match.span()))
    return Checked(tuple(findings))


def _closed_and_found(decision: PolicyDecision, snapshot: AccountSnapshot) -> bool:
    """Whether the mail may say that invoices are settled: the decision speaks of payments found, and every
    invoice it speaks of there stands at zero."""
    numbers = [n for topic in decision.topics if topic.kind is TopicKind.PAYMENT_FOUND for n in topic.invoice_numbers]
    invoices = [snapshot.invoice(number) for number in numbers]
    return bool(invoices) and all(invoice is not None and not invoice.open_balance for invoice in invoices)


def _is_yet_to_come(page: Page, match: re.Match[str]) -> bool:
    sentence = page.sentence_at(match.start())
    return _STILL_TO_COME.search(page.normal.text[sentence.start : match.start()]) is not None
