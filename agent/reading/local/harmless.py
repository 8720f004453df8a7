"""Words of a dispute that contest nothing where they stand: "twice a month", "what is missing follows on the 30th"."""
# ruff: noqa: E501 - phrase lists are not wrapped

from agent.reading.folding import phrase_pattern

#: By the phrase list whose hits mean nothing inside of such words.
_HARMLESS_WORDS = {
    # How often something happens.
    "dispute_duplicate": r"""
    (?:twice|two times|2x) (?:a|per|each|every) (?:week|month|year|quarter|day)
    (?:zweimal|zwei mal|2x) (?:im|pro|die|in der|am|je) (?:woche|monat|jahr|quartal|tag)
    deux fois (?:par|l'|dans le|dans la) ?(?:mois|semaine|an|trimestre|jour)
    dos veces (?:al|por|a la) (?:mes|semana|año|trimestre|día)
    due volte (?:al|a|alla|l'|ogni|per) ?(?:mese|settimana|anno|trimestre|giorno)
    (?:twee keer|tweemaal|2x) (?:per|in de|in een|elke|iedere) (?:week|maand|jaar|kwartaal|dag)
    duas vezes (?:ao|por|a|à|na) (?:mês|semana|ano|trimestre|dia)
    dwa razy (?:w|na) (?:miesiąc\w*|tydzień|tygodniu|roku?|kwartale?)
    två gånger (?:i|om|per) (?:månaden|månad|veckan|vecka|året|år|kvartalet|kvartal)
    """,
    # What is still to be paid.
    "dispute_quantity": r"""
    (?:whatever|what) (?:is|'s) (?:still )?(?:missing|short)|was (?:dann )?(?:noch )?fehlt|(?:die|den) fehlenden? (?:betrag|rest|euro)
    ce qu(?:i|'il) (?:reste|manque)|l[oa]s? que (?:aún |todavía )?(?:falta|faltan|resta)|(?:quello|ciò|quanto) che (?:ancora )?manca|quanto manca
    wat (?:er )?(?:nog )?(?:ontbreekt|mist|rest)|(?:o|os|a) que (?:ainda )?(?:falta|faltar|resta)|brakując\w+ (?:kwot\w+|reszt\w+|część)
    det som (?:ännu )?(?:saknas|fattas|återstår)
    """,
    # Items that are named beside those that are due.
    "dispute_terms": r"""
    (?:including|incl\.?|also|even|plus|as well as) (?:\S+ ){0,6}(?:(?:not|isn't|aren't|not yet|isn't yet) (?:yet )?due(?: yet)?)
    (?:auch|inklusive|einschließlich|samt|sogar|mitsamt) (?:\S+ ){0,6}(?:noch )?nicht (?:\w+ )?fällig\w{0,3}
    (?:y compris|même|aussi) (?:\S+ ){0,6}pas (?:encore )?(?:échues?|dues?|exigibles?)
    (?:incluidas?|incluso|también|hasta) (?:\S+ ){0,6}(?:no (?:ha|han|está|están) (?:\w+ )?vencid[ao]s?|(?:aún|todavía) no vencid[ao]s?|no vence\w*)
    (?:compres[aeio]|anche|incluse?) (?:\S+ ){0,6}non (?:è |sono )?(?:ancora )?(?:scadut[aei]|in scadenza)
    (?:inclusief|ook|zelfs|incl\.?) (?:\S+ ){0,6}(?:nog )?niet (?:\w+ )?vervallen
    (?:inclusive|também|até) (?:\S+ ){0,6}(?:ainda )?não (?:venc\w+|est\w+ vencid[ao]s?)
    (?:łącznie z|także|również|włącznie z|też) (?:\S+ ){0,6}(?:jeszcze )?nie(?:wymagaln\w+|przeterminowan\w+| (?:jest|są) (?:jeszcze )?wymagaln\w+)
    (?:inklusive|även|också|inkl\.?) (?:\S+ ){0,6}inte (?:\w+ )?förfall\w+
    """,
    # Another account of the payer.
    "dispute_wrong_entity": r"""
    (?:our|my|the|your) other (?:bank )?account|(?:unser|mein)\w{0,2} ander\w{1,2} (?:bank)?konto|(?:notre|mon) autre compte|(?:nuestra|mi) otra cuenta
    (?:nostro|mio) altro conto|(?:onze|mijn) andere (?:bank)?rekening|(?:nossa|minha) outra conta|(?:nasze|moje|inne) (?:\w+ )?konto|(?:vårt|mitt) andra konto
    """,
}
_HARMLESS = {name: phrase_pattern(words) for name, words in _HARMLESS_WORDS.items()}


def is_harmless(name: str, folded: str, span: tuple[int, int]) -> bool:
    """Whether the hit of phrase list `name` at `span` of `folded` stands in words that contest nothing."""
    words = _HARMLESS.get(name)
    return words is not None and any(m.start() < span[1] and span[0] < m.end() for m in words.finditer(folded))
