"""How people end a mail, and what machines write under it: closings, footers, disclaimers, banners."""

import re

# Each is a whole line, perhaps with a name behind it. Plain thanks are not among them: they are the writer's words.
_CLOSINGS = (
    # English
    r"(?:thanks (?:and|&|\+) |thank you (?:and|&) |many thanks (?:and|&) |with )?(?:my |our )?(?:best |"
    r"kind |kindest |warm |"
    r"warmest )?regards|(?:with )?(?:all )?best wishes|(?:yours |very )?(?:sincerely|faithfully|truly)(?: yours)?|"
    r"very truly yours|respectfully(?: yours)?|cordially|all the best|warmly|best|cheers|rgds|brgds|kr|br|"
    # German
    r"(?:mit )?(?:freundlichen?|besten?|vielen?|herzlichen?|liebe[nr]?|schönen?|sonnigen?|kollegialen?) "
    r"(?:grüßen?|grüssen?|gruß|gruss|gruessen?)|(?:mit )?freundlichem (?:gruß|gruss)|mit bestem gruß|gru[ßs]s?|grüße|"
    r"mfg|lg|vg|bg|hochachtungsvoll|"
    # French
    r"(?:bien )?cordialement|(?:bien )?à vous|bien à toi|(?:sincères|meilleures|cordiales) salutations|"
    r"salutations(?: distinguées| cordiales)?|cdt|cdlt|bien cdlt|amicalement|respectueusement|"
    # Spanish
    r"(?:un |reciba un |con un )?(?:cordial )?saludos?(?: cordial(?:es)?)?|atentamente|cordialmente|atte|"
    r"(?:quedo|quedamos) (?:muy )?atent[oa]s?|"
    # Italian
    r"(?:cordiali|distinti|cari|un cordiale|i migliori|porgo cordiali|porgiamo cordiali) saluti|un saluto|saluti|"
    # Dutch
    r"(?:met )?(?:vriendelijke|hartelijke|beste) groet(?:en|jes)?|groet(?:en|jes)?|mvg|m\.v\.g|hoogachtend|"
    # Portuguese
    r"atenciosamente|(?:com )?(?:os )?(?:melhores |meus )?cumprimentos|(?:um )?abraços?|att|saudações|"
    # Polish
    r"(?:serdecznie )?pozdrawiam(?: serdecznie)?|z poważaniem|z powazaniem|z wyrazami szacunku|łączę pozdrowienia|"
    r"(?:z|serdeczne) pozdrowieni(?:ami|a)|"
    # Swedish, Danish, Norwegian, Finnish
    r"(?:med )?(?:vänliga?|bästa|varma) hälsning(?:ar)?|(?:ha det (?:bra|gott),? )?hälsningar?|mvh|m\.v\.h|(?:med )?"
    r"(?:venlig|vennlig|bedste|kærlig|beste) hilsen|(?:de bedste )?hilsner|hilsen|vh|kh|dbh|"
    r"(?:ystävällisin )?terveisin"
)
_CLOSING = re.compile(
    rf"[\W_]{{0,3}}(?:{_CLOSINGS})(?P<mark>\s{{0,2}}[,.!;–—-]{{0,3}})(?:\s+(?P<name>.{{1,60}}))?$", re.I
)
_LONG_CLOSING = re.compile(
    r"(?:veuillez|je vous prie|nous vous prions|recevez|en vous|in attesa|(?:le|la) saluto|porg(?:o|iamo))"
    r".{0,120}(?:salutations|sentiments|considération|saluti|distintamente)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"[\W_]{0,3}(?:many thanks|thanks(?: a lot| again| in advance| so much)?|thank you(?: very much| again)?|thx|"
    r"(?:vielen |besten |herzlichen )?dank(?: im voraus)?|danke|merci(?: d'avance| beaucoup)?|(?:muchas )?gracias|"
    r"grazie(?: mille)?|(?:alvast )?bedankt|dank u|obrigad[oa]|(?:z góry )?dziękuję|tack(?: på förhand)?|tak)"
    r"\s{0,2}[,.!]{0,3}$",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset("vom von aus und and from van de di du da la le der till til et y e & i do the team".split())

_DEVICES = (
    r"i-?phone|i-?pad|i-?pod|android|samsung|galaxy|blackberry|huawei|xiaomi|oneplus|pixel|nokia|lumia|"
    r"windows|outlook|"
    r"smartphone|mobile|mobil\w{0,8}|móvil|cellulare|telefon\w{0,4}|téléphone|handy|handheld|tablet|"
    r"tel[ée]fono|yahoo|"
    r"gmail|gmx|web\.de|proton\w{0,5}|typeapp|bluemail|spark|sparrow|mail app|apple watch|ios|mailbird|"
    r"my phone|t-online|"
    r"aol|orange|wiko|verizon|smartfon\w{0,3}|komórk\w{1,3}|mailchimp|thunderbird|front|newton mail"
)
_MOBILE = re.compile(
    r"\W{0,4}(?:sent|written|composed|get|diese (?:e-mail|nachricht) wurde|gesendet|versendet|"
    r"von (?:meine[mr]|unterwegs)|"
    r"envoyé|enviado|enviada|mandado|inviato|verzonden|verstuurd|wysłane|wysłano|skickat|skickades|sendt|lähetetty|"
    r"obtenez|télécharger|hol dir|holen sie sich|descarga|scarica|download|via)"
    rf"\b.{{0,50}}\b(?:{_DEVICES})\b.{{0,60}}$",
    re.IGNORECASE,
)
_NAMED_DEVICE = re.compile(r"\W{0,2}[Ss]ent (?:from|via) my (?:[A-Z0-9][\w-]{1,20} ?){1,5}$")
_NOT_MOBILE = re.compile(
    r"\b(?:bank|account|payment|invoice|cheque|check|wire|friday|monday|tuesday|wednesday|thursday|yesterday|today|"
    r"zahlung|rechnung|paiement|facture|pago|factura|betaling|desk)\b|[,;?]\s",
    re.IGNORECASE,
)

_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,60}\.\w|https?://|\bwww\.|(?<![\w.,])\+\d{1,3}[\s(./-]|"
    r"\b(?:tel|phone|telefon|teléfono|téléphone|tél|fax|mobile|mob|cell|handy|mobil|direct|office|t|m|f|p|"
    r"skype|e-?mail|"
    r"whatsapp|durchwahl|telefoon|telefone|kom)\s{0,2}[.:]{1,2}\s{0,3}[+(\d\w]|\(\d{2,5}\)\s?\d{3}|"
    r"\b\d{3}[-.]\d{3,4}[-.]\d{4}\b|"
    r"\bext\.?\s?\d|\b0\d{1,4}[\s/-]\d{2,4}[\s/-]\d{2}",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:registered (?:in|office|no)|company (?:no|number|reg)|reg\.? ?no|vat (?:no|id|reg|number)|hrb|amtsgericht|"
    r"handelsregister|geschäftsführer|ust-?id|steuernummer|siret|siren|rcs|capital (?:social|de)|cif|nif|p\.? ?iva|"
    r"c\.f\.|kvk|btw|cnpj|nip|krs|regon|org\.? ?nr|organisationsnummer|cvr|gmbh|ag|ltd|llc|inc|plc|"
    r"s\.?a\.?r\.?l|s\.?p\.?a|"
    r"s\.?r\.?l|b\.?v|sp\. z o\.? ?o|ab|aps|oy|lda|ltda|pty|co\. kg|e\.k)\b\.?",
    re.IGNORECASE,
)
_SALES = re.compile(
    r"(?:please )?(?:consider|think (?:of|about)) the environment|before printing|virus-?free|scanned (?:for|by)|"
    r"bitte (?:denken|prüfen) sie|umwelt|pensez à l['’]environnement|imprim(?:er|ir)|follow us|connect with us|"
    r"yahoo mail: search|sent with .{1,30}(?:secure|mail)|get outlook for|outlook (?:für|pour|para|per|voor) ",
    re.IGNORECASE,
)
_DISCLAIMER_START = re.compile(
    r"[\W_]{0,6}(?:confidential|disclaimer|privileged|legal (?:notice|disclaimer)|important notice|notice\b|privacy|"
    r"(?:this|the) (?:e-?mail|message|communication|transmission|mail|information)|"
    r"(?:the )?(?:information|content|contents)\b.{0,20}(?:contained|of this|in this)|"
    r"if you (?:are not|have received|received)|unless (?:otherwise|specifically)|"
    r"any (?:views|opinions|unauthori[sz]ed)|please (?:consider|do not (?:print|reply to this))|"
    r"(?:diese[rs]?|die in dieser) (?:e-?mail|nachricht|mail)|vertraul|der inhalt dieser|wenn sie nicht|hinweis|"
    r"datenschutz|informationen zum datenschutz|(?:ce|cet) (?:message|e-?mail|courriel|mail)|avis de confid|"
    r"(?:este|esta|la presente) (?:mensaje|correo|e-?mail|mensagem|comunicación|mensaxe)|aviso (?:legal|de conf)|"
    r"la información (?:contenida|incluida)|(?:questo|questa|il presente|la presente) (?:messaggio|e-?mail|"
    r"comunicazione|"
    r"mail)|le informazioni contenute|ai sensi del|avviso di|dit (?:bericht|e-?mail)|deze (?:e-?mail|mail)|"
    r"de informatie (?:in|verzonden)|as informações|a informação contida|(?:ta|niniejsza|treść tej) (?:wiadomość|"
    r"wiadomości|korespondencja)|informacja zawarta|detta (?:meddelande|mejl|e-post)|denna (?:e-post|mejl)|"
    r"denne (?:e-?mail|mail|besked)|classification|internal use|public\b|\[?caution|external)",
    re.IGNORECASE,
)
_DISCLAIMER_STEM = re.compile(
    r"confiden|vertrau|riservat|poufn|konfiden|privileg|intended|recipient|addressee|bestimmt|empfänger|destin|"
    r"adresat|geadresseerde|ontvanger|mottagare|modtager|unauthori|unbefugt|delete|lösch|vernicht|supprim|détrui|"
    r"elimin|distrugg|verwijder|apagar|usuń|usunię|radera|disclos|weitergabe|divulg|liabil|haft|responsab|"
    r"aansprakelijk|odpowiedzial|virus|malware|in error|irrtüm|par erreur|por error|per errore|per ongeluk|błęd|"
    r"av misstag|archiv|monitor|prohibit|gdpr|dsgvo|rgpd|2016/679|phi\b|solicitation",
    re.IGNORECASE,
)
_BANNER_START = re.compile(
    r"\W{0,6}(?:\[?(?:external|ext|extern|externe|externo|esterno|zewnętrzn\w{1,3})(?: (?:e-?mail|sender|"
    r"message|mail))?\]?\s{0,2}"
    r"(?:[:!–-]|$)|caution\b|warning\b|achtung\b|attention\b|vorsicht\b|let op\b|atención\b|atenção\b|"
    r"attenzione\b|uwaga\b|"
    r"obs\b|varning\b|you don['’]t often get e-?mail from|this (?:message|e-?mail) (?:originated|came|was sent) from "
    r"(?:outside|an external)|diese (?:e-mail|nachricht) (?:kommt|stammt) von (?:außerhalb|extern)|"
    r"ce(?:t e-?mail| message) provient de l['’]extérieur|sie erhalten nicht oft)",
    re.IGNORECASE,
)
_BANNER_WORD = re.compile(
    r"\bexternal\b|outside|originated|do not click|don't click|links?\b|attachments?|recogni[sz]e|trust|"
    r"phishing|don['’]t often get|"
    r"\bextern|außerhalb|anhäng|öffnen|extérieur|pièces jointes|cliquez|enlaces|adjuntos|esterno|allegati|"
    r"externe|bijlagen|anexos|zewnętrzn|załącznik|extern\w|bilag|learn why",
    re.IGNORECASE,
)


_TAG_LINE = re.compile(
    r"(?:\[[\s*]{0,3}(?:external|ext|extern|externe|externo|esterno|zewnętrzn\w{1,3})[\w\s-]{0,20}[\s*]{0,3}\]|"
    r"[*_\s]{0,4}external (?:e-?mail|sender|message)[*_!\s]{0,4})",
    re.IGNORECASE,
)


def is_closing(line: str) -> bool:
    """Whether the line is a formal closing, perhaps with the writer's name behind it."""
    line = line.strip()
    if len(line) > 160:
        return False
    if _LONG_CLOSING.match(line):
        return True
    match = _CLOSING.match(line)
    if match is None:
        return False
    name = (match["name"] or "").strip(" ,.!-–/")
    words = name.split()
    if len(words) > 4 or any(char.isdigit() for char in name):
        return False
    return all(word[0].isupper() or word.lower() in _SMALL_WORDS or not word[0].isalnum() for word in words)


def is_thanks(line: str) -> bool:
    """Whether the line is nothing but thanks."""
    return len(line) < 60 and _THANKS.match(line.strip()) is not None


def is_mobile_footer(line: str) -> bool:
    """Whether a phone or a mail program wrote the line (`Sent from my iPhone`)."""
    line = line.strip()
    if len(line) > 140 or (_NOT_MOBILE.search(line) and "http" not in line) or line.endswith("?"):
        return False
    return _MOBILE.match(line) is not None or _NAMED_DEVICE.match(line) is not None


def has_contact(line: str) -> bool:
    """Whether the line holds a phone number, an address of mail or web, or the like."""
    return _CONTACT.search(line[:300]) is not None


def is_company_line(line: str) -> bool:
    """Whether the line names a company's form, register or tax number."""
    return _COMPANY.search(line[:400]) is not None


def is_sales_line(line: str) -> bool:
    """Whether the line is one of the usual slogans under signatures."""
    return _SALES.search(line[:300]) is not None


def is_disclaimer(paragraph: str) -> bool:
    """Whether the paragraph is a confidentiality or liability notice: it begins like one and speaks like one."""
    if not _DISCLAIMER_START.match(paragraph[:200]):
        return False
    stems = {match[0].lower() for match in _DISCLAIMER_STEM.finditer(paragraph[:3000])}
    return len(stems) >= 2


def begins_banner(line: str) -> bool:
    """Whether a caution about external mail begins here."""
    return _BANNER_START.match(line[:200]) is not None


def is_external_tag(line: str) -> bool:
    """Whether the line is nothing but a mark such as `[EXTERNAL]`."""
    return len(line) < 60 and _TAG_LINE.fullmatch(line.strip()) is not None


def cautions_in(text: str) -> int:
    """How many different words of such cautions the text has."""
    return len({match[0].lower() for match in _BANNER_WORD.finditer(text[:4000])})


def speaks_of_caution(line: str) -> bool:
    """Whether the line uses the words of such cautions."""
    return _BANNER_WORD.search(line[:400]) is not None
