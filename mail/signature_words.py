"""What stands in a signature: contacts, company forms and registers, titles and departments, people's names."""

import re

_CONTACT = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,60}\.\w|https?://|\bwww\.|(?<![\w.,])\+\d{1,3}[\s(./-]{1,2}\(?\d{1,4}[\s)./-]{0,2}\d|"
    r"(?<![\w.,])\+\d{8,14}\b|"
    r"\b(?:tel|phone|telefon|teléfono|téléphone|tél|fax|mobile|mob|cell|handy|mobil|direct|office|switchboard|"
    r"växel|"
    r"durchwahl|telefoon|telefone|telem|telemóvel|celular|cel|kom|móvil|cellulare|gsm|t|m|f|p)"
    r"\s{0,2}[.:]{0,2}\s{0,3}[+(\d]|\b[ocdhw]:\s{0,3}[+(\d]|\b(?:skype|e-?mail|whatsapp|web)\s{0,2}:{1,2}\s{0,3}\w|"
    r"\(\d{2,5}\)\s?\d{3}|\b\d{3}[-.]\d{3,4}[-.]\d{4}\b|\bext\.?\s?\d|"
    r"\b(?!\d{2}([/-])\d{2}\1\d{2,4}\b)0\d{1,4}[\s/-]\d{2,4}[\s/-]\d{2}",
    re.IGNORECASE,
)
_POSTCODE_AND_PLACE = re.compile(
    r"(?<![\w.,-])(?:[A-Z]{1,3}-)?(?:\d{4,5}|\d{2}-\d{3}|\d{5}-\d{3}|\d{3} \d{2}|"
    r"\d{4} ?[A-Z]{2})\s[A-ZÀ-Ž][\w'’.-]{2,30}|"
    r"\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b|\b[A-Z]{2} \d{5}(?:-\d{4})?$"
)
_STREET = re.compile(
    r"\b(?:street|road|avenue|ave|lane|drive|blvd|boulevard|suite|square|p\.?o\.? ?box|unit \d|\d(?:st|nd|rd|"
    r"th) floor|"
    r"\w{0,20}(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|straat|laan|kade|gracht|plein|gatan|vägen)|postfach|"
    r"postbus|"
    r"box \d|rue|quai|chemin|place d\w{1,3}|cedex|calle|c/|avda|plaza|paseo|polígono|viale|piazza|corso|largo|rua|"
    r"avenida|travessa|praça|ul\.|aleja|plac)(?!\w)|^via\s",
    re.IGNORECASE,
)
_MAX_ADDRESS_WORDS = 12
_NOTHING_BUT_A_NUMBER = re.compile(r"[+(]?\d[\d\s()./-]{7,20}$")
_REGISTER = re.compile(
    r"\b(?:registered (?:in|office|no)|company (?:no|number|reg)|reg\.? ?no|vat (?:no|id|reg|number)|hrb|"
    r"amtsgericht|"
    r"handelsregister|geschäftsführer|ust-?id\w{0,3}|steuernummer|siret|siren|capital (?:social|de)|p\.? ?iva|"
    r"c\.f\.|kvk|cnpj|krs|regon|org\.? ?nr|organisationsnummer)\b\.?",
    re.IGNORECASE,
)
#: In small letters most of these are words: `ab Freitag`, `as`, `inc. VAT`.
_COMPANY_FORM = re.compile(
    r"\b(?:GmbH|gGmbH|GMBH|AG|KG|OHG|UG|SE|e\.K\.|Ltd|LTD|LLC|Inc|INC|LLP|PLC|plc|Pty|S\.?A\.?R\.?L|SARL|SAS|SASU|"
    r"S\.?A\.?U?|S\.?[Pp]\.?A|S\.?[Rr]\.?[Ll]|S\.?L\.?U?|S\.? de R\.?L|BV|B\.V|N\.?V|[Ss]p\. ?z ?o\. ?o|"
    r"Sp\. ?[jk]|AB|ApS|"
    r"A/S|Oy|Lda|LDA|Ltda|LTDA|RCS|NIF|NIP|CIF|BTW|CVR)\b\.?"
)
_TITLE = re.compile(
    # English
    r"\b(?:manager|director|controller|comptroller|clerk|accountant|bookkeeper|officer|assistant|supervisor|"
    r"team lead|"
    r"head of|analyst|specialist|coordinator|administrator|treasurer|buyer|partner|president|c[efo]o|owner|founder|"
    r"finance|accounts?|accounting|payables?|receivables?|purchasing|procurement|treasury|ledger|department|dept|"
    r"secretary|solicitors?|"
    # German
    r"leiter(?:in)?|leitung|\w{0,16}buchhalt\w{0,6}|geschäftsführ\w{0,5}|geschäftsleitung|prokurist(?:in)?|"
    r"sachbearbeit\w{0,6}|(?:zentral)?einkauf|"
    r"assistenz|sekretariat|inhaber(?:in)?|vorstand|rechnungswesen|\w{0,8}abteilung|verwaltung|"
    # French
    r"comptab\w{1,6}|direct(?:eur|rice)|responsable|gérante?|assistante?|trésor\w{1,5}|service|achats|secrétaire|"
    r"chargée? d[e']|chef|"
    # Spanish, Portuguese
    r"directora?|gerente|contable|contadora?|contab\w{1,8}|administraci[óo]n|jef[ea]|tesorer[íi]a|departamento|"
    r"dpto|"
    r"auxiliar|compras|cuentas por pagar|analista|encargad[oa]|financeir[oa]|contas a pagar|diretora?|tesouraria|"
    r"assistente|sóci[oa]|gestora?|"
    # Italian
    r"responsabile|amministra\w{1,8}|ufficio|direttore|direttrice|titolare|tesoreria|ragioneria|segreteria|"
    r"acquisti|"
    # Dutch
    r"\w{0,12}administratie\w{0,2}|administratief|medewerk(?:st)?er|boekhoud\w{1,4}|directeur|hoofd|"
    r"\w{0,12}crediteuren\w{0,16}|"
    r"eigenaar|inkoop|"
    # Polish
    r"księgow\w{1,5}|dyrektor\w{0,3}|kierowni\w{1,4}|specjalist\w{1,3}|dział|prezes\w{0,2}|asystent\w{0,2}|"
    r"właściciel\w{0,3}|skarbnik|"
    # Swedish
    r"ekonomi\w{0,12}|\w{0,12}chef|redovisning\w{0,10}|handläggare|vd|\w{0,12}reskontra|inköp\w{0,8}|kassör|"
    r"\w{0,12}ansvarig)\b",
    re.IGNORECASE,
)
#: `AP Cards • Trelawny`: parts set apart as only signatures and tables do.
_SET_APART = re.compile(r"\S\s(?:[|•·]|–)\s\S")
_HONORIFIC = re.compile(
    r"(?:(?:mr|mrs|ms|dr|prof|dott|dott\.ssa|rag|ing|avv|lic|eng|drs|mevr|dhr|frau|herr|mme|me|i\. ?a|i\. ?v|"
    r"ppa|p\. ?p"
    r"|dipl\.-\w{2,8}|mgr|inż)\.?\s){1,3}",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"(?:[^\W\d_][\w'’.-]{0,24}|&)$")
_PARTICLES = frozenset("van von de der den da do dos das di del della la le y e zu ter ten af el al bin & du".split())
#: Somebody else's contacts follow where the text before them says whom to write to.
_REFERRAL = re.compile(
    r"\b(?:contact|write to|reach|instead|replac|successor|colleague|address(?:ed)? (?:it|them|to)|"
    r"send .{0,40}\bto\b|"
    r"new (?:contact|colleague|controller|person|address|clerk|manager|bookkeeper|accountant)|wenden|"
    r"kontakt\w{0,8}|ansprechpartner\w{0,3}|kolleg\w{1,4}|zuständig|nachfolg\w{1,5}|schreiben sie|"
    r"adress(?:ez|er)|écri(?:vez|re)|joindre|coordonnées|collègue|diríj\w{1,5}|dirigirse|escrib\w{1,4}|"
    r"comuni\w{1,8}|"
    r"compañer[oa]|rivolg\w{1,6}|scriv\w{1,5}|contatt\w{1,5}|collega|neem .{0,20}op|mailen naar|contat\w{1,6}|"
    r"dirija\w{0,3}|"
    r"proszę pisać|skontakt\w{1,8}|zwrac\w{1,5}|vänd|kontakta|skriv till|kollega)",
    re.IGNORECASE,
)
#: Two words written large may head a list as well as a signature.
_BUSINESS = re.compile(
    r"\b(?:invoices?|rechnung\w{0,2}|factur\w{1,4}|fattur\w|fatur\w{1,2}|faktur\w{1,3}|payments?|zahlung\w{0,2}|"
    r"paiement|"
    r"pag[oa]\w{0,6}|betaling|płatnoś\w{1,3}|betalning|status|total|summe|balance|open|offene?|update|order|"
    r"bestellung|"
    r"commande|pedido|ordine|credit|gutschrift|avoir|items?|posten|statement|note|copy|kopie|missing|please|"
    r"bitte|date|"
    r"amount|betrag|montant|importe|importo|bedrag|valor|kwota|belopp|hello|hi|dear|hallo|bonjour|hola|olá|"
    r"buongiorno)\b",
    re.IGNORECASE,
)
_MAX_NAME_CHARS = 60
_MAX_NAME_WORDS = 5


def has_contact(line: str) -> bool:
    """Whether the line holds a phone number, an address of mail or web, or the like."""
    return _CONTACT.search(line[:300]) is not None


def is_company_line(line: str) -> bool:
    """Whether the line names a company's form, register or tax number."""
    return _REGISTER.search(line[:400]) is not None or _COMPANY_FORM.search(line[:400]) is not None


def is_phone_number(line: str) -> bool:
    """Whether the line is nothing but a number that can be dialled."""
    return _NOTHING_BUT_A_NUMBER.match(line.strip()) is not None


def is_address_line(line: str) -> bool:
    """Whether the line is a street with its number, or a place with its postcode."""
    line = line[:200]
    if len(line.split()) > _MAX_ADDRESS_WORDS or line.endswith(("?", "!")):
        return False
    has_figure = any(char.isdigit() for char in line)
    return has_figure and (_POSTCODE_AND_PLACE.search(line) is not None or _STREET.search(line) is not None)


def is_contact_line(line: str) -> bool:
    """Whether the line holds a way to reach somebody, or is a number, a company or an address by itself."""
    return has_contact(line) or is_phone_number(line) or is_company_line(line) or is_address_line(line)


def names_a_role(line: str) -> bool:
    """Whether the line speaks of a title or a department, or sets its parts apart as signatures do."""
    return _TITLE.search(line[:120]) is not None or _SET_APART.search(line[:120]) is not None


def is_name(line: str) -> bool:
    """Whether the line can be a person's name: a few words, written large, without a figure or a full stop."""
    line = line.strip(" *_,-–")
    honorific = _HONORIFIC.match(line)
    line = line[honorific.end() if honorific else 0 :].partition(",")[0]
    words = line.split()
    if not words or len(line) > _MAX_NAME_CHARS or len(words) > _MAX_NAME_WORDS or line[-1] in "?!:;":
        return False
    if _BUSINESS.search(line):
        return False
    return all(_NAME_WORD.match(word) and (word[0].isupper() or word.lower() in _PARTICLES) for word in words)


def refers_to_others(text: str) -> bool:
    """Whether the text tells whom else to write to."""
    return _REFERRAL.search(text[-400:]) is not None
