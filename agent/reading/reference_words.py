"""Words that point at invoices without their numbers, in nine languages; folded text."""
# ruff: noqa: E501 - a phrase list is read down, not across

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
    all of (?:them|these|those|it)|all (?:\w{1,10} )?(?:(?:open|outstanding|overdue|due|unpaid|your|the|these|those) ){0,3}(?:invoices|items|bills|invs?)|(?:they|them|these|those|we'll pay|pay)(?:'ll| will| are| have)? all|the (?:whole|full|entire) (?:lot|account|balance|amount outstanding|outstanding amount|outstanding balance|statement|thing)|everything (?:open|outstanding|due|overdue|on the (?:statement|list|account))|the lot|all (?:three|four|five|six|seven|eight|\d)|whole balance|(?:the )?(?:full|entire|total) (?:account )?balance
    alle (?:offenen |ausstehenden |fa(?:e)?lligen |genannten |unsere |ihre |diese |drei |vier |funf ){0,3}(?:rechnungen|posten|betra(?:e)?ge)|sa(?:e)?mtliche(?:n)? ~ (?:rechnungen|posten)|alle (?:drei|vier|funf|sechs)|gesamte[nr]? (?:saldo|betrag|ru(?:e)?ckstand|forderung|summe)|der ganze betrag|den ganzen betrag
    toutes (?:les|vos|ces|nos) (?:\w{1,12} )?factures?|(?:la )?totalite|l'ensemble (?:des|de vos|du)|les (?:trois|quatre|cinq) factures|tout sera|toutes les trois|le solde (?:total|complet|entier|du compte)|l'integralite|toutes
    todas(?: las(?: \w{1,12})? facturas| ellas)?|las (?:tres|cuatro|cinco) facturas|la totalidad|el total (?:de la deuda|adeudado)|todo el saldo|el saldo (?:total|completo)|todas ellas|las (?:tres|cuatro)
    tutte(?: le(?: \w{1,12})? fatture| e (?:tre|quattro))?|le (?:tre|quattro|cinque) fatture|l'intero (?:importo|saldo)|il totale|tutte quante|l'intera esposizione|tutto lo scaduto
    alle (?:openstaande |vervallen |drie |vier |\w{1,12} )?(?:facturen|posten)|alle (?:drie|vier)|het (?:hele|volledige|totale) (?:bedrag|saldo)
    todas(?: as(?: \w{1,12})? faturas| elas)?|as (?:tres|quatro|cinco) faturas|a totalidade|o (?:saldo|valor) (?:total|completo|integral)|todas elas
    wszystk(?:ie|ich)(?: ~ faktur[yae]?)?|calosc|cala (?:kwota|naleznosc|zaleglosc)|calej kwoty|cale saldo|cala kwote|wszystkie (?:trzy|cztery)
    alla(?: ~ fakturor(?:na)?| tre| fyra)?|hela (?:beloppet|saldot|skulden|summan)|samtliga(?: fakturor)?|alltihop|allihop
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
    the (?:other|remaining|rest)(?: (?:one|ones|two|three|four|invoices?|bills?|items?|of (?:them|it)))?|others|the rest|(?:your|my) other (?:one|invoice|bill)
    (?:die|der|das|den) (?:andere|restliche|ubrige|verbleibende|anderen|restlichen|ubrigen|verbleibenden)[nrs]?(?: (?:rechnung(?:en)?|beiden|posten|zwei))?|der rest|den rest|die zweite rechnung
    l'autre(?: facture)?|les autres(?: factures)?|le reste|la deuxieme|la seconde
    (?:la|las|el|los) (?:otra|otras|otro|otros|restantes?|demas)(?: facturas?)?|el resto|la segunda
    l'altra(?: fattura)?|le altre(?: fatture)?|il resto|la seconda|quella restante|le restanti|le rimanenti
    (?:de|het) (?:andere|overige|resterende|rest)(?: (?:factuur|facturen))?|de rest|de tweede
    a outra(?: fatura)?|as outras(?: faturas)?|as restantes|o restante|o resto|as demais|a segunda fatura
    (?:drug|pozostal|inn)(?:a|e|ej|ych|iej)(?: faktur[aye]?)?|reszt[aye]|ta druga
    den andra(?: fakturan)?|de andra(?: fakturorna)?|ovriga(?: fakturor)?|resten|resterande|de ovriga
    """
)

#: Superlatives that pick one invoice among several: the key, then the words.
PICKS = {
    "largest": pattern_of(
        r"""
        the (?:big|bigger|biggest|large|larger|largest|high|higher)(?: value)? (?:one|invoice|bill)|the big one
        die (?:gro(?:ß)e|gro(?:ß)ere|gro(?:ß)te|hohere|hochste)(?: rechnung)?
        la (?:plus )?gro(?:s)?se(?: facture)?
        la (?:mas grande|grande|mayor)|la piu grande|quella (?:piu )?(?:grande|grossa)
        de (?:grote|grotere|grootste)(?: factuur)?
        a maior(?: fatura)?|ta (?:wieksza|duza|najwieksza)|(?:wieksza|najwieksza) faktur[aye]|den (?:stora|storre|storsta)(?: fakturan)?
        """
    ),
    "smallest": pattern_of(
        r"""
        the (?:small|smaller|smallest|little|lower|tiny)(?: value)? (?:one|invoice|bill)
        die (?:kleine|kleinere|kleinste|niedrigere)(?: rechnung)?
        la (?:plus )?petite(?: facture)?
        la (?:mas pequena|pequena|chica|menor|mas chica)|quella (?:piu )?piccola|la piu piccola
        de (?:kleine|kleinere|kleinste)(?: factuur)?
        a menor(?: fatura)?|ta (?:mniejsza|mala|najmniejsza)|(?:mniejsza|najmniejsza) faktur[aye]|den (?:lilla|mindre|minsta)(?: fakturan)?
        """
    ),
    "oldest": pattern_of(
        r"""
        the (?:oldest|older|old|earlier|earliest|first)(?: (?:one|invoice|bill|of (?:them|these|the two)))
        die (?:altere|alteste|erste|alte)(?: rechnung)
        la (?:plus ancienne|premiere facture|plus vieille)
        la (?:mas antigua|primera factura|mas vieja)
        la (?:piu vecchia|prima fattura|piu datata)
        de (?:oudste|oudere|eerste)(?: factuur)
        a (?:mais antiga|primeira fatura)
        (?:najstarsz[aej]{1,2}|starsz[aej]{1,2}|pierwsz[aej]{1,2}) faktur[aey]
        den (?:aldsta|aldre|forsta)(?: fakturan)
        """
    ),
    "newest": pattern_of(
        r"""
        the (?:newest|newer|new|later|latest|most recent|last|second)(?: (?:one|invoice|bill|of (?:them|these|the two)))
        die (?:neuere|neueste|letzte|zweite|jungste)(?: rechnung)
        la (?:plus recente|derniere facture|deuxieme facture)
        la (?:mas reciente|ultima factura|mas nueva)
        la (?:piu recente|ultima fattura)|l'ultima fattura
        de (?:nieuwste|laatste|recentste|tweede)(?: factuur)
        a (?:mais recente|ultima fatura)
        (?:najnowsz[aej]{1,2}|nowsz[aej]{1,2}|ostatni[aej]{1,2}) faktur[aey]
        den (?:nyaste|nyare|senaste)(?: fakturan)
        """
    ),
}
