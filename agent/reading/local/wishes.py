"""Wishes and "you are welcome": replies that say nothing of what is owed."""
# ruff: noqa: E501 - phrase lists are not wrapped

from agent.reading.folding import phrase_pattern

#: Apart from the lexicons' `courtesy`, whose words the trained heads know.
WISHES = phrase_pattern(
    r"""
    no worries|no problem|you're welcome|have a (?:\w+ ){0,3}(?:weekend|day|week|one|holiday|evening|christmas|easter)|enjoy (?:the|your)|happy (?:new year|easter|holidays)|merry christmas
    schönes? (?:\w+ )?(?:wochenende|tag|woche|feierabend|feiertage|ostern|weihnachten|urlaub)|keine ursache|kein problem|gern geschehen|frohe (?:ostern|weihnachten)
    bon(?:ne)? (?:\w+ )?(?:week-?end|semaine|soirée|fêtes|vacances|année)|de rien|pas de souci|je vous en prie|joyeuses (?:fêtes|pâques)
    buen (?:fin de semana|finde|día)|feliz (?:semana|navidad|año|fin de semana|día)|felices (?:fiestas|pascuas)|de nada|no hay de qué|sin problema
    buon (?:fine ?settimana|week-?end|lavoro|natale|anno)|buona (?:giornata|serata|settimana|pasqua)|buone (?:feste|vacanze)|di nulla|prego|figurati|si figuri
    (?:fijn|goed|prettig)e? (?:\w+ )?(?:weekend|dag|week|avond|feestdagen|vakantie|kerst)|graag gedaan|geen probleem|geen dank
    bo[am] (?:\w+ )?(?:fim de semana|final de semana|semana|feriado|páscoa)|de nada|sem problemas?|imagina|feliz (?:natal|ano novo|páscoa)|boas festas
    (?:miłego|dobrego|udanego|spokojnego) (?:\w+ )?(?:weekendu|dnia|tygodnia|wieczoru|urlopu)|nie ma (?:za co|sprawy|problemu)|wesołych świąt|proszę bardzo
    (?:trevlig|ha en (?:bra|fin|trevlig|skön)|skön|glad) (?:\w+ )?(?:helg|dag|vecka|kväll|påsk|jul|sommar)|inga problem|varsågod|ingen fara
    """
)
