"""What machines write around a mail: phone footers, slogans, disclaimers, and cautions about external senders."""

import re

_DEVICES = (
    r"i-?phone|i-?pad|i-?pod|android\w{0,3}|samsung|galaxy|blackberry|huawei|xiaomi|redmi|oneplus|pixel|nokia|"
    r"lumia|"
    r"motorola|"
    r"windows|outlook|smartphone\w{0,3}|mobile|mobil\w{0,8}|móvil|celular|cellulare|telemóvel|telefon\w{0,4}|"
    r"téléphone|"
    r"phone|handy|handheld|tablet|tel[ée]fono|telefoon|yahoo|gmail|gmx|web\.de|proton\w{0,5}|typeapp|bluemail|"
    r"spark|"
    r"sparrow|mail app|apple watch|ios|mailbird|t-online|aol|orange|wiko|verizon|smartfon\w{0,3}|komórk\w{1,3}|"
    r"mailchimp|thunderbird|front|newton mail|superhuman|em client|zoho"
)
_SENT = (
    r"sent|written|composed|gesendet|versendet|versandt|geschickt|envoyé|expédié|provenance :|enviado|enviada|"
    r"mandado|"
    r"inviato|inviata|spedito|verzonden|verstuurd|gestuurd|wysłane|wysłano|wysłana|skickat|skickades|sänt|sendt|"
    r"lähetetty"
)
_FROM = (
    r"from|via|with|using|on|by|von|vom|mit|über|aus|per|de|du|depuis|à partir|avec|à l['’]aide|desde|con|dal|"
    r"dall['’]|"
    r"da|do|pelo|pela|através|van|vanaf|vanuit|met|z|ze|za pomocą|przez|från|med|fra|mijn"
)
_MOBILE = re.compile(
    rf"\W{{0,4}}(?:provenance\s?: .{{0,30}}\b(?:{_DEVICES})\b.{{0,30}}|"
    rf"(?:{_SENT})\s?(?:{_FROM})\b.{{0,50}}?\b(?:{_DEVICES})\b.{{0,60}}|"
    rf"(?:diese|this|ce|este|questo|dit|esta|ta|detta)\s(?:e-?mail|nachricht|message|mensaje|messaggio|bericht|"
    rf"mensagem|"
    rf"wiadomość|mejl|meddelande)\b.{{0,40}}\b(?:{_DEVICES})\b.{{0,60}}(?:sent|gesendet|verschickt|"
    rf"envoyé)?.{{0,12}}|"
    rf"(?:von (?:meine[mr]|unterwegs)|vom)\b.{{0,40}}\b(?:{_DEVICES})\b.{{0,30}}(?:gesendet|versendet|"
    rf"geschickt)\W{{0,3}}|"
    rf"(?:get|download|télécharger|obtenez|obtenir|hol dir|holen sie sich|descarga|obtener|obtén|scarica|"
    rf"ottieni|obter|"
    rf"obtenha|baixe|pobierz|hämta|hent|via)\b.{{0,50}}\b(?:{_DEVICES})\b.{{0,60}})$",
    re.IGNORECASE,
)
#: `Outlook for iOS` and its sisters, with a verb before or behind in whatever language.
_OUTLOOK_APP = re.compile(r"[^.?!]{0,30}\boutlook\b[^.?!]{0,30}\b(?:ios|android\w{0,3})\b", re.IGNORECASE)
_NAMED_DEVICE = re.compile(r"\W{0,2}[Ss]ent (?:from|via) my (?:[A-Z0-9][\w-]{1,20} ?){1,5}$")
_SORRY_FOR_TYPOS = re.compile(
    r"(?:excuse|sorry|pardon|forgive|typo|brevity|mistake|tippfehler|kürze|fautes|erreurs|errores|erratas|"
    r"errori|brevità|"
    r"fouten|tikfout|erros|błęd|liter[óo]wk|stavfel|felskrivn)",
    re.IGNORECASE,
)
_NOT_MOBILE = re.compile(
    r"\b(?:bank|account|payment|invoice|cheque|check|wire|friday|monday|tuesday|wednesday|thursday|yesterday|today|"
    r"zahlung|rechnung|paiement|facture|pago|factura|betaling|desk)\b|[,;?]\s",
    re.IGNORECASE,
)
_MAX_FOOTER_WORDS = 14
#: What is left of a logo in plain text.
_PICTURE = re.compile(
    r"[\[<(]{1,2}(?:cid:[^\]>)\s]{1,120}|image\d{0,4}\.\w{3,4}|(?:image|bild|immagine|imagen|obraz)\s?:\s?.{0,80}|"
    r"inline image.{0,80}|logo[^\]>)]{0,40}|signature_\d{1,20})[\]>)]{1,2}$",
    re.IGNORECASE,
)

_SALES = re.compile(
    r"\W{0,6}(?:(?:please )?(?:consider|think (?:of|about)) the environment|.{0,60}before printing|virus-?free|"
    r"virenfrei|"
    r"virusvrij|virusfri|(?:garanti )?sans virus|libre de virus|livre de vírus|privo di virus|senza virus|"
    r"woln[aey] od wirus|(?:this .{0,40}|e-?mail )?scanned (?:for|by)|(?:bitte )?(?:denken sie|prüfen sie|"
    r"schützen sie)"
    r".{0,60}(?:umwelt|druck)|der umwelt zuliebe|.{0,40}avant d['’]imprimer|n['’]imprimez|.{0,60}antes de imprimir|"
    r".{0,40}prima di stampare|denk aan het milieu|rispetta l['’]ambiente|pomyśl o środowisku|tänk på miljön|"
    r"(?:follow|like|connect with) us|folgen sie uns|suivez-nous|síguenos|volg ons|seguici|siga-nos|följ oss|"
    r"yahoo mail: search|sent with .{1,30}(?:secure|mail))",
    re.IGNORECASE,
)
_MAIL = r"(?:e-?mails?|message|communication|transmission|mail|information|correspondence)"
_DISCLAIMER_START = re.compile(
    r"[\W_]{0,6}(?:confidential|disclaimer|privileged|legal (?:notice|disclaimer)|important notice|notice\b|"
    r"privacy|"
    rf"(?:this|the) {_MAIL}|(?:the )?(?:information|content|contents)\b.{{0,20}}(?:contained|of this|in this)|"
    r"if you (?:are not|have received|received)|unless (?:otherwise|specifically)|"
    r"any (?:views|opinions|unauthori[sz]ed)|please (?:consider|do not (?:print|reply to this))|"
    r"(?:diese[rs]?|(?:die|der) (?:inhalt|informationen) (?:in )?diese[rs]?|die in dieser) (?:e-?mail|nachricht|"
    r"mail)|"
    r"vertraul|der inhalt dieser|wenn sie nicht|sollten sie (?:diese|nicht)|hinweis|haftungsausschluss|"
    r"datenschutz|informationen zum datenschutz|"
    r"(?:ce|cet|cette|le présent) (?:message|e-?mail|courriel|mail|communication)|"
    r"avis de confid|confidentialité|les informations contenues|"
    r"(?:este|esta|la presente|el presente) (?:mensaje|correo|e-?mail|mensagem|comunicación|mensaxe)|"
    r"aviso (?:legal|de conf)|"
    r"la información (?:contenida|incluida)|(?:questo|questa|il presente|la presente|"
    r"il contenuto) (?:di questa |della "
    r"presente )?(?:messaggio|e-?mail|comunicazione|mail)|le informazioni contenute|ai sensi del|avviso di|"
    r"dit (?:bericht|e-?mail)|deze (?:e-?mail|mail)|de (?:informatie|inhoud) (?:in|verzonden|van)|"
    r"as informações|a informação contida|o conteúdo d|(?:ta|niniejsza|treść (?:tej|niniejszej)) (?:wiadomość|"
    r"wiadomości|korespondencja|korespondencji)|wiadomość ta|informacja zawarta|informacje zawarte|"
    r"detta (?:meddelande|mejl|e-post)|denna (?:e-post|mejl)|innehållet i|"
    r"denne (?:e-?mail|mail|besked)|classification|internal use|public\b|\[?caution|external)",
    re.IGNORECASE,
)
_DISCLAIMER_STEM = re.compile(
    r"confiden|vertrau|vertrou|riservat|poufn|konfiden|privileg|intended|recipient|addressee|bestimmt|empfänger|"
    r"destin|"
    r"adresat|geadresseerde|ontvanger|mottagare|modtager|unauthori|unbefugt|delete|lösch|vernicht|supprim|détrui|"
    r"elimin|distrugg|verwijder|apagar|usuń|usuni|radera|disclos|weitergabe|divulg|liabil|haft|responsab|"
    r"aansprakelijk|odpowiedzial|virus|malware|in error|irrtüm|par erreur|por error|por engano|per errore|"
    r"per ongeluk|per vergissing|abusivamente|błęd|pomyłk|"
    r"av misstag|adressat|archiv|monitor|prohibit|gdpr|dsgvo|rgpd|2016/679|phi\b|solicitation",
    re.IGNORECASE,
)
#: A paragraph of so many words with so many different ones of liability is a notice however it begins.
_CERTAIN_STEMS = 5
_CERTAIN_WORDS = 25

_BANNER_START = re.compile(
    r"\W{0,6}(?:\[?(?:external|ext|extern|externe|externo|esterno|zewnętrzn\w{1,3})(?: (?:e-?mail|sender|"
    r"message|mail))?\]?\s{0,2}"
    r"(?:[:!–-]|$)|caution\b|warning\b|achtung\b|warnung\b|attention\b|vorsicht\b|let op\b|waarschuwing\b|"
    r"atención\b|"
    r"aviso\b|atenção\b|avertissement\b|"
    r"attenzione\b|uwaga\b|ostrzeżenie\b|"
    r"obs\b|varning\b|you don['’]t often get e-?mail from|this (?:message|e-?mail) (?:originated|came|"
    r"was sent) from "
    r"(?:outside|an external)|diese (?:e-mail|nachricht) (?:kommt|stammt) von (?:außerhalb|extern)|"
    r"ce(?:t e-?mail| message) provient de l['’]extérieur|sie erhalten nicht oft|vous n['’](?:obtenez|"
    r"recevez) pas souvent|"
    r"no suele recibir|non si ricevono spesso|u ontvangt niet vaak|nie otrzymujesz często|du får inte ofta|"
    r"não costuma receber|você não costuma)",
    re.IGNORECASE,
)
_BANNER_WORD = re.compile(
    r"\bexternal\b|outside|originated|do not click|don't click|links?\b|attachments?|recogni[sz]e|trust|"
    r"phishing|don['’]t often get|learn why|"
    r"\bextern\w{0,3}\b|außerhalb|anhäng|öffnen|absender|extérieur|pièces jointes|cliquez|liens?\b|expéditeur|"
    r"enlaces|adjuntos|fuera de|remitente|esterno|allegati|mittente|"
    r"buiten (?:de|onze|uw)|bijlagen|afzender|anexos|fora da|remetente|"
    r"zewnętrzn|załącznik|spoza|linków|nadawc|bilag|länk|avsändare|utanför",
    re.IGNORECASE,
)
_TAG_LINE = re.compile(
    r"(?:\[[\s*]{0,3}(?:external|ext|extern|externe|externo|esterno|zewnętrzn\w{1,3})[\w\s-]{0,20}[\s*]{0,3}\]|"
    r"[*_\s]{0,4}external (?:e-?mail|sender|message)[*_!\s]{0,4})",
    re.IGNORECASE,
)


def is_mobile_footer(line: str) -> bool:
    """Whether a phone or a mail program wrote the line (`Sent from my iPhone`)."""
    line = line.strip()
    if len(line) > 140 or line.endswith("?") or len(line.split()) > _MAX_FOOTER_WORDS:
        return False
    if _OUTLOOK_APP.match(line) and ("http" in line or len(line.split()) <= 7):
        return True
    if _NOT_MOBILE.search(line) and "http" not in line and not _SORRY_FOR_TYPOS.search(line):
        return False
    return _MOBILE.match(line) is not None or _NAMED_DEVICE.match(line) is not None


def is_picture(line: str) -> bool:
    """Whether the line only holds the place of a picture (`[cid:image001.png@01DA]`, `[Logo]`)."""
    return len(line) < 160 and _PICTURE.match(line.strip()) is not None


def is_sales_line(line: str) -> bool:
    """Whether the line is one of the usual slogans under signatures."""
    return _SALES.match(line[:300]) is not None


def is_disclaimer(paragraph: str) -> bool:
    """Whether the paragraph is a confidentiality or liability notice: it begins like one and speaks like one."""
    return _DISCLAIMER_START.match(paragraph[:200]) is not None and _stems_in(paragraph) >= 2


def is_certainly_disclaimer(paragraph: str) -> bool:
    """Whether a long paragraph speaks so much of liability that it is a notice however it begins."""
    return len(paragraph.split()) >= _CERTAIN_WORDS and _stems_in(paragraph) >= _CERTAIN_STEMS


def _stems_in(paragraph: str) -> int:
    return len({match[0].lower() for match in _DISCLAIMER_STEM.finditer(paragraph[:3000])})


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
