"""Words that point at invoices without their numbers, in nine languages; folded text."""
# ruff: noqa: E501 - a phrase list is read down, not across

import re

from agent.reading.folding import pattern_of

#: "Invoice" as people write it, before or after a number.
INVOICE_WORDS = pattern_of(
    r"""
    invoices?|inv'?s?|bills?|rechnung(?:en|snummer|snr)?|rg(?:nr)?|re-?nr|belege?|factures?|fact|facturas?|fatturas?|fattur[ae]
    faturas?|factu(?:ur|ren)|faktur(?:a|y|e|om|ze|or|an|orna|ornas|nr)?|fv|nf|ft|docs?|documents?|nota fiscal|notas fiscais|boletos?
    """
)

ALL_OF_THEM = pattern_of(
    r"""
    all of (?:them|these|those|it)|everything (?:(?:that )?(?:i|we|is|we've|i've) ~ (?:with you|owe(?: you)?|open|outstanding)|you(?:'ve| have)? (?:\w{1,8} )?(?:open|outstanding|on us)|with you|we owe(?: you)?)|all (?:that )?we owe(?: you)?|all (?:\w{1,10} )?(?:(?:open|outstanding|overdue|due|unpaid|your|the|these|those) ){0,3}(?:invoices|items|bills|invs?)|(?:they|them|these|those|we'll pay|pay)(?:'ll| will| are| have)? all|the (?:whole|full|entire) (?:lot|account|balance|amount outstanding|outstanding amount|outstanding balance|statement|thing)|everything (?:open|outstanding|due|overdue|on the (?:statement|list|account))|the lot|all (?:three|four|five|six|seven|eight|\d)|whole balance|(?:the )?(?:full|entire|total) (?:account )?balance
    alles,? was (?:~ )?(?:offen|fällig|aussteht|schulden)|alles offene|alle (?:offenen |ausstehenden |fa(?:e)?lligen |genannten |unsere |ihre |diese |drei |vier |funf ){0,3}(?:rechnungen|posten|betra(?:e)?ge)|sa(?:e)?mtliche(?:n)? ~ (?:rechnungen|posten)|alle (?:drei|vier|funf|sechs)|gesamte[nr]? (?:saldo|betrag|ru(?:e)?ckstand|forderung|summe)|der ganze betrag|den ganzen betrag
    tout ce (?:que|qui) (?:nous |on |je |vous |est |reste ){1,3}(?:~ )?(?:d[eo][vi]\w{1,4}|ouvert|du|impaye)|toutes (?:les|vos|ces|nos) (?:\w{1,12} )?factures?|(?:la )?totalite|l'ensemble (?:des|de vos|du)|les (?:trois|quatre|cinq) factures|tout sera|toutes les trois|le solde (?:total|complet|entier|du compte)|l'integralite|toutes
    todo lo (?:pendiente|que ~ deb\w{1,5}|que ~ pendiente)|todas(?: las(?: \w{1,12})? facturas| ellas)?|las (?:tres|cuatro|cinco) facturas|la totalidad|el total (?:de la deuda|adeudado)|todo el saldo|el saldo (?:total|completo)|todas ellas|las (?:tres|cuatro)
    tutto (?:quello|cio) che ~ (?:dobbiamo|aperto|devo)|tutte(?: le(?: \w{1,12})? fatture| e (?:tre|quattro))?|le (?:tre|quattro|cinque) fatture|l'intero (?:importo|saldo)|il totale|tutte quante|l'intera esposizione|tutto lo scaduto
    alles wat ~ (?:open ?staat|open|verschuldigd)|alle (?:openstaande |vervallen |drie |vier |\w{1,12} )?(?:facturen|posten)|alle (?:drie|vier)|het (?:hele|volledige|totale) (?:bedrag|saldo)
    tudo o que ~ (?:devemos|devo|aberto)|tudo (?:em aberto|que ~ aberto)|todas(?: as(?: \w{1,12})? faturas| elas)?|as (?:tres|quatro|cinco) faturas|a totalidade|o (?:saldo|valor) (?:total|completo|integral)|todas elas
    wszystko,? co ~ (?:otwarte|zalegamy|zalegle|winni)|wszystk(?:ie|ich)(?: ~ faktur[yae]?)?|calosc|cala (?:kwota|naleznosc|zaleglosc)|calej kwoty|cale saldo|cala kwote|wszystkie (?:trzy|cztery)
    allt (?:som|vi) ~ (?:öppet|utestaende|obetalt|skyldiga?|förfallet)|alla(?: ~ fakturor(?:na)?| tre| fyra)?|hela (?:beloppet|saldot|skulden|summan)|samtliga(?: fakturor)?|alltihop|allihop
    """
)

BOTH_OF_THEM = pattern_of(
    r"""
    both(?: of (?:them|these|those)| invoices| bills)?|the two(?: invoices| of them)?|these two|those two|the pair|either of them
    beide[nrs]?|die zwei
    les deux(?: factures)?|toutes les deux|ces deux
    ambas(?: facturas)?|ambos|las dos|los dos|estas dos
    entrambe(?: le fatture)?|tutte e due|le due(?: fatture)?|ambedue
    beide(?:n)?(?: facturen)?|alle twee|allebei|de twee facturen
    as duas(?: faturas)?|ambas as faturas|ambas|estas duas
    obie|obydwie|obydwu|obu|oba|obydwa|te dwie|dwie faktury|obiema
    bada(?: fakturorna)?|bagge|de tva(?: fakturorna)?
    """
)

THE_OTHERS = pattern_of(
    r"""
    (?:the )?(?:other|remaining|rest)(?: (?:one|ones|two|three|four|five|\d|invoices?|bills?|items?|of (?:them|the (?:invoices|list|bills)))){1,2}|the (?:others|rest|remainder)|the other(?= (?:is|was|will|we|goes|went|has|can)(?!\w)|[,.:;])|others|(?:your|my) other (?:one|invoice|bill)
    (?:die|der|das|den|beide|zu den) (?:(?:beiden|zwei|drei|vier) )?(?:andere|restliche|ubrige|verbleibende|anderen|restlichen|ubrigen|verbleibenden)[nrs]?(?: (?:rechnung(?:en)?|beiden|posten|zwei|drei|vier))?|der rest|den rest
    l'autre(?: facture)?|les (?:deux |trois |quatre )?autres(?: factures)?|le reste|celles qui restent
    (?:la|las|el|los) (?:(?:dos|tres|cuatro) )?(?:otra|otras|otro|otros|restantes?|demas)(?: (?:facturas?|dos|tres))?|el resto
    l'altra(?: fattura)?|le (?:altre|restanti|rimanenti)(?: (?:fatture|due|tre|quattro))?|il resto|quella restante|le restanti|le rimanenti
    (?:de|het|die) (?:andere|overige|resterende|rest)(?: (?:twee|drie|vier))?(?: (?:factuur|facturen))?|de rest
    a outra(?: fatura)?|as outras(?: (?:duas|tres|quatro))?(?: faturas)?|as restantes|o restante|o resto|as demais
    (?:drug|pozostal|inn)(?:a|e|ej|ych|iej)(?: (?:dwie|trzy|cztery))?(?: faktur[aye]?)?|(?:dwie|trzy|cztery) pozostale|reszt[aye]|ta druga
    den andra(?: fakturan)?|de (?:(?:tva|tre|fyra) )?(?:andra|ovriga)(?: fakturorna)?|ovriga(?: fakturor)?|resten|resterande
    """
)

#: Of `THE_OTHERS` these mean a single one.
ONE_OTHER = pattern_of(
    r"""
    (?:the |your |my )?other(?: (?:one|invoice|bill|item))?|(?:the )?remaining (?:one|invoice|bill|item)|(?:die|der|das|den) andere[nrs]?(?: rechnung)?|l'autre(?: facture)?
    (?:la|el) (?:otra|otro|restante)(?: factura)?|l'altra(?: fattura)?|quella restante|(?:de|het|die) andere(?: factuur)?
    a outra(?: fatura)?|(?:drug|inn)(?:a|ej|iej)(?: faktur[aye]?)?|ta druga|den andra(?: fakturan)?
    """
)

#: Before a reference these say that it is the only one left out.
ALL_BUT = pattern_of(
    r"""
    (?:all|everything|every one|the lot|they|them)(?: of (?:them|these|those))?(?: (?:invoices|items|others))? (?:bar|but|except(?: for)?|apart from|save(?: for)?|other than)
    alle[ns]?(?: rechnungen| posten)? (?:außer|bis auf|ausgenommen)
    tou(?:te)?s(?: les factures)? (?:sauf|hormis|excepte|a l'exception de)
    tod[ao]s?(?: las facturas)? (?:menos|excepto|salvo)
    tutt[eio](?: le fatture)? (?:tranne|meno|eccetto|salvo|a parte)
    alle[ns]?(?: facturen)? (?:behalve|op|uitgezonderd)
    tod[ao]s?(?: as faturas)? (?:menos|exceto|salvo|fora)
    wszystk(?:ie|ich|o)(?: faktury)? (?:oprocz|poza|procz|z wyjatkiem)
    all(?:a|t|ihop)(?: fakturor(?:na)?)? (?:utom|förutom)
    """
)

#: "Same as 5521", "nothing else than 1039": the number after these is the right invoice, not the one spoken of.
COMPARED_WITH = re.compile(
    r"(?<!\w)(?:as|of|to|with|than|in|wie|als|mit|zu|von|que|de|del|avec|a|al|come|di|alla|dan|met|van|om|som|an|co|niz|z|do)"
    r" {1,2}(?:(?:the|die|der|la|le|el|invoice|rechnung|facture|factura|fattura|factuur|fatura|faktura|faktury|fakturze) {1,2}){0,2}(?:inv\w{0,5}\.? |no\.? |nr\.? |#)?$"
)
