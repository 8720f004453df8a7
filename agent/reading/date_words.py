"""The words for days, months and spans of time in nine languages, as regular expressions of folded text."""
# ruff: noqa: E501 - a phrase list is read down, not across

#: Monday first. Alternatives of one day are separated by "|".
WEEKDAYS: dict[str, str] = {
    "en": "mon(?:day)?s?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|saturdays?|sundays?",
    "de": "montags?|dienstags?|mittwochs?|donnerstags?|freitags?|(?:samstags?)@(?:sonnabends?)|sonntags?",
    "fr": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "es": "lunes|martes|miercoles|jueves|viernes|sabado|domingo",
    "it": "lunedi'?|martedi'?|mercoledi'?|giovedi'?|venerdi'?|sabato|domenica",
    "nl": "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    "pt": "segunda(?:-feira)?|terca(?:-feira)?|quarta(?:-feira)?|quinta(?:-feira)?|sexta(?:-feira)?|sabado|domingo",
    "pl": "poniedzial(?:ek|ku)|wtor(?:ek|ku)|srod[aey]|czwart(?:ek|ku)|piat(?:ek|ku)|sobot[aey]|niedziel[aei]",
    "sv": "mandag(?:en)?|tisdag(?:en)?|onsdag(?:en)?|torsdag(?:en)?|fredag(?:en)?|lordag(?:en)?|sondag(?:en)?",
}

#: January first.
MONTHS: dict[str, str] = {
    "en": "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?",
    "de": "jan(?:uars?)?@jaenner@janner|feb(?:ruars?)?|ma(?:e)?rz|apr(?:ils?)?|mais?|junis?|julis?|aug(?:usts?)?"
    "|sept?(?:embers?)?|okt(?:obers?)?|nov(?:embers?)?|dez(?:embers?)?",
    "fr": "janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?|oct(?:obre)?"
    "|nov(?:embre)?|dec(?:embre)?",
    "es": "ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|may(?:o)?|jun(?:io)?|jul(?:io)?|ago(?:sto)?"
    "|se(?:p?t)(?:iembre)?@sep|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?",
    "it": "gen(?:naio)?|feb(?:braio)?|mar(?:zo)?|apr(?:ile)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|ago(?:sto)?"
    "|set(?:t|tembre)?|ott(?:obre)?|nov(?:embre)?|dic(?:embre)?",
    "nl": "jan(?:uari)?|feb(?:ruari)?|maart|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?",
    "pt": "jan(?:eiro)?|fev(?:ereiro)?|mar(?:co)?|abr(?:il)?|mai(?:o)?|jun(?:ho)?|jul(?:ho)?|ago(?:sto)?"
    "|set(?:embro)?|out(?:ubro)?|nov(?:embro)?|dez(?:embro)?",
    "pl": "stycz(?:nia|en|niu)|lut(?:ego|y|ym)|mar(?:ca|zec|cu)|kwie(?:tnia|cien|tniu)|maj[au]?|czerw(?:ca|iec|cu)"
    "|lip(?:ca|iec|cu)|sierp(?:nia|ien|niu)|wrze(?:snia|sien|sniu)|pazdziernik[au]?|listopad(?:a|zie)?"
    "|grud(?:nia|zien|niu)",
    "sv": "jan(?:uari)?|feb(?:ruari)?|mars|apr(?:il)?|maj|juni?|juli?|aug(?:usti)?|sept?(?:ember)?|okt(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?",
}

#: One, two, three ... as words, for spans of time ("within two weeks").
NUMBERS: dict[str, str] = {
    "en": "an?@one|two@couple of@a couple of|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen",
    "de": "ein(?:er|em|e|en)?|zwei|drei|vier|fu(?:e)?nf|sechs|sieben|acht|neun|zehn|elf|zwolf|dreizehn|vierzehn",
    "fr": "une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze",
    "es": "una?@un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce",
    "it": "una?@un|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|tredici|quattordici",
    "nl": "een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien",
    "pt": "uma?|dois@duas|tres|quatro|cinco|seis|sete|oito|nove|dez|onze|doze|treze|quatorze@catorze",
    "pl": "jeden@jednego|dwa@dwoch@dwie@dwu|trzy@trzech|cztery@czterech|piec@pieciu|szesc@szesciu|siedem@siedmiu"
    "|osiem@osmiu|dziewiec@dziewieciu|dziesiec@dziesieciu|jedenascie@jedenastu|dwanascie@dwunastu"
    "|trzynascie@trzynastu|czternascie@czternastu",
    "sv": "en@ett|tva|tre|fyra|fem|sex|sju|atta|nio|tio|elva|tolv|tretton|fjorton",
}

#: Phrases without a number in them. The left side names the rule of `dates.py`; "W" is a weekday, "M" a month.
PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "today": "(?:later )?today|tonight|this (?:afternoon|morning|evening|arvo)|by (?:cob|eod|close of business)"
        "|end of (?:the )?day|end of play|tonite|eod|cob",
        "tomorrow": "(?:tomorrow|tmrw|tmrow|tomorow|tommorow|tommorrow|2moro|tmw|tomoz)(?: (?:morning|afternoon|night|am|pm))?",
        "after_tomorrow": "(?:the )?day after tomorrow",
        "yesterday": "yesterday|last night",
        "before_yesterday": "(?:the )?day before yesterday",
        "next_weekday": "next W|W (?:of )?next week|next week (?:on )?W|W week|a week (?:on )?W|W after next"
        "|week on W",
        "last_weekday": "last W|(?:this )?past W|W just gone|W last week|last week W|W last",
        "weekday": "(?:this |coming |this coming |on |by )?W",
        "mid_next_week": "(?:mid|middle of|mid-) ?next week|middle of (?:the )?coming week",
        "early_next_week": "(?:early|start of|beginning of|first thing|top of|the start of) next week",
        "end_next_week": "(?:end|back end|later part|latter part) of (?:the )?(?:next|following|coming) week|late next week"
        "|(?:end of )?next week|eo next week|week after this(?: one)?|the following week|end of nxt week|nxt week",
        "week_after_next": "(?:the )?week after next",
        "end_week": "(?:end|back end|close|later part) of (?:the |this |our )?week|this week|eow|later this week"
        "|(?:the )?weekend|week's end|before the week is out|end o(?:f)? th(?:e)? week|week end|end of wk|this wk",
        "last_week": "last week|last wk",
        "end_next_month": "(?:the )?(?:end|close) of next month|next month(?:'?s end)?|next month end",
        "mid_next_month": "mid(?:dle of)?[ -](?:the )?next month",
        "early_next_month": "(?:early|start of|beginning of|the first of|first of) next month|1st of next month",
        "mid_month": "mid(?:dle)?[ -]?(?:of (?:the |this )?)?month",
        "end_month": "(?:(?:the )?end|close|back end) of (?:the |this |our )?(?:current |calendar )?month|month[ -]?end"
        "|this month|eom|before the month is (?:out|over|up)|last day of (?:the|this) month|end of mth",
        "end_of_named_month": "(?:the )?(?:end|close|back end|last day|last week) of M|late M|M[ -]end|end M",
        "mid_named_month": "mid(?:dle)?(?:[ -]of)?[ -]M",
        "early_named_month": "(?:early|start of|beginning of|first week of|first week in|the first week of) M",
        "end_year": "(?:the )?end of (?:the |this )?year|year[ -]end|before christmas",
        "in_month": "(?:in|during|sometime in) M",
    },
    "de": {
        "today": "heute(?: morgen| abend| nachmittag| noch| mittag| vormittag| fruh)?|noch heute|heutigen? tage?s?",
        "tomorrow": "(?<!guten\\x20)(?<!schonen\\x20)morgen(?: fruh| vormittag| nachmittag| abend| mittag)?|morgigen tag",
        "after_tomorrow": "ubermorgen|uebermorgen",
        "yesterday": "gestern(?: abend| nachmittag| vormittag)?|gestrigen tag",
        "before_yesterday": "vorgestern",
        "next_weekday": "(?:na(?:e)?chste[nr]?) W|W (?:in )?(?:der )?(?:na(?:e)?chste[rn]?|kommenden?|folgenden) woche"
        "|na(?:e)?chste woche(?: am)? W|W in einer woche",
        "last_weekday": "(?:letzte[nr]?|vergangene[nr]?|vorige[nr]?) W|W letzte[r]? woche|letzte woche W",
        "weekday": "(?:(?:am|bis|kommende[nr]?|diese[nr]?|bis zum|zum) ){0,2}W",
        "mid_next_week": "mitte (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgenden) woche",
        "early_next_week": "(?:anfang|beginn) (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgenden) woche",
        "end_next_week": "ende (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgenden) woche"
        "|(?:(?:im laufe|in) der )?(?:na(?:e)?chste[rn]?|kommende[rn]?) woche",
        "week_after_next": "ubernachste[rn]? woche|uebernaechste[rn]? woche",
        "end_week": "(?:ende|im laufe) (?:der|dieser|diese) woche|wochenende|diese[r]? woche|ende der laufenden woche"
        "|ende d\\. woche",
        "last_week": "(?:letzte[rn]?|vorige[rn]?|vergangene[rn]?) woche",
        "end_next_month": "(?:zum )?ende (?:des )?(?:na(?:e)?chste[n]?|kommenden|folgenden) monats?"
        "|(?:im )?na(?:e)?chste[nr]? monat|im kommenden monat|im folgemonat",
        "mid_next_month": "mitte (?:des )?(?:na(?:e)?chste[n]?|kommenden) monats?",
        "early_next_month": "(?:anfang|beginn) (?:des )?(?:na(?:e)?chste[n]?|kommenden) monats?",
        "mid_month": "mitte (?:des |dieses |d\\. )?monats?|monatsmitte",
        "end_month": "(?:zum |bis )?(?:monatsende|ultimo|ende (?:des |dieses |des laufenden |d\\. )?monats?)"
        "|(?:in )?diese[nmr]? monat|monatsletzten|letzten des monats|im laufenden monat|monatsultimo",
        "end_of_named_month": "ende (?:des (?:monats )?)?M",
        "mid_named_month": "mitte M",
        "early_named_month": "(?:anfang|beginn) M",
        "end_year": "jahresende|ende (?:des|dieses) jahres",
        "in_month": "im (?:monat )?M",
    },
    "fr": {
        "today": "aujourd'? ?hui|ce soir|cet apres-?midi|ce matin|ce jour|dans la journee|dans la soiree",
        "tomorrow": "demain(?: matin| soir| apres-midi)?|des demain",
        "after_tomorrow": "apres-?demain",
        "yesterday": "hier(?: soir| matin| apres-midi)?",
        "before_yesterday": "avant-?hier",
        "next_weekday": "W prochain|W (?:de )?(?:la )?semaine prochaine|la semaine prochaine,? W|W en huit",
        "last_weekday": "W (?:dernier|passe)|W (?:de )?(?:la )?semaine derniere",
        "weekday": "(?:ce |le |pour |d'ici (?:a )?)?W",
        "mid_next_week": "(?:milieu|courant milieu) (?:de )?(?:la )?semaine prochaine",
        "early_next_week": "(?:debut|en debut|au debut) (?:de )?(?:la )?semaine prochaine",
        "end_next_week": "(?:en |a la |la )?fin (?:de )?(?:la )?semaine prochaine|(?:dans |courant |d'ici )?(?:la )?semaine prochaine"
        "|dans le courant de la semaine prochaine",
        "week_after_next": "(?:la )?semaine d'apres",
        "end_week": "(?:en |a la |la )?fin de (?:la |cette )?semaine|(?:dans |courant )?(?:de )?(?:cette|la) semaine"
        "|avant le week-?end|fin de semaine",
        "last_week": "(?:la )?semaine derniere|(?:la )?semaine passee",
        "end_next_month": "(?:la )?fin (?:du )?mois prochain|(?:le |au |courant )?mois prochain",
        "mid_next_month": "(?:mi-|milieu )(?:du )?mois prochain",
        "early_next_month": "(?:au )?debut (?:du )?mois prochain",
        "mid_month": "mi-mois|milieu (?:du|de) (?:ce )?mois|le milieu du mois",
        "end_month": "(?:la )?fin (?:du|de ce) mois(?: en cours)?|fin de mois|(?:dans le |courant )?(?:du |ce )mois-?ci"
        "|avant la fin du mois|(?:dans )?le courant du mois|courant du mois|fin du mois courant|ce mois",
        "end_of_named_month": "(?:la )?fin (?:du mois )?(?:de |d')?M",
        "mid_named_month": "(?:la )?mi-? ?M",
        "early_named_month": "(?:au )?debut (?:du mois )?(?:de |d')?M",
        "end_year": "(?:la )?fin (?:de )?(?:l'|cette )?annee",
        "in_month": "(?:en|courant|au mois de|au mois d') ?M",
    },
    "es": {
        "today": "hoy(?: mismo)?|esta (?:tarde|noche|manana)|el dia de hoy",
        "tomorrow": "(?<!la\\x20)manana(?: mismo| por la manana| por la tarde| temprano)?",
        "after_tomorrow": "pasado manana",
        "yesterday": "ayer(?: por la tarde)?|anoche|el dia de ayer",
        "before_yesterday": "anteayer|antier|antes de ayer",
        "next_weekday": "(?:el )?proximo W|(?:el )?W (?:proximo|que viene|de la (?:proxima semana|semana que viene|semana proxima|semana entrante))"
        "|(?:el )?W siguiente",
        "last_weekday": "(?:el )?W pasado|(?:el )?pasado W|W de la semana pasada",
        "weekday": "(?:(?:este|el|proximo) )?W",
        "mid_next_week": "(?:a )?mediados de (?:la )?(?:proxima semana|semana que viene|semana proxima)",
        "early_next_week": "(?:a )?(?:principios|comienzos|inicios) de (?:la )?(?:proxima semana|semana que viene|semana proxima)",
        "end_next_week": "(?:a )?(?:finales|fines|fin|final) de (?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante)"
        "|(?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante)",
        "week_after_next": "la semana siguiente a la proxima",
        "end_week": "(?:a )?(?:finales|fines|final|fin) de (?:la |esta )?semana|(?:durante |en el transcurso de )?esta (?:misma )?semana",
        "last_week": "(?:la )?semana pasada",
        "end_next_month": "(?:a )?(?:finales|fines|fin|final) del (?:mes que viene|proximo mes|mes proximo)"
        "|(?:el )?(?:mes que viene|proximo mes|mes proximo|mes entrante)",
        "mid_next_month": "(?:a )?mediados del (?:mes que viene|proximo mes)",
        "early_next_month": "(?:a )?(?:principios|comienzos|inicios) del (?:mes que viene|proximo mes)",
        "mid_month": "(?:a )?mediados (?:de|del|de este) mes",
        "end_month": "(?:a )?(?:finales|fines|fin|final) (?:de|del|de este|del presente) mes|(?:durante )?este (?:mismo )?mes|el ultimo dia del mes|cierre de mes|antes de acabar el mes",
        "end_of_named_month": "(?:a )?(?:finales|fines|fin|final) (?:del mes )?de M",
        "mid_named_month": "(?:a )?mediados (?:del mes )?de M",
        "early_named_month": "(?:a )?(?:principios|comienzos|inicios) (?:del mes )?de M",
        "end_year": "(?:a )?(?:finales|fines|fin|final) de(?:l)? ano",
        "in_month": "(?:en|durante|en el mes de) M",
    },
    "it": {
        "today": "oggi(?: stesso| pomeriggio)?|stasera|stamattina|stamani|questo pomeriggio|in giornata|entro la giornata|entro sera",
        "tomorrow": "domani(?: mattina| pomeriggio| sera)?|domattina",
        "after_tomorrow": "dopodomani",
        "yesterday": "ieri(?: sera| pomeriggio| mattina)?",
        "before_yesterday": "l'altro ieri|ieri l'altro|altroieri",
        "next_weekday": "(?:il )?prossimo W|W (?:prossimo|prossima|della (?:prossima settimana|settimana prossima))",
        "last_weekday": "(?:lo )?scorso W|W (?:scorso|scorsa|passato|della settimana scorsa|della scorsa settimana)",
        "weekday": "(?:(?:questo|di|per|entro) )?W",
        "mid_next_week": "(?:a )?meta (?:della )?(?:prossima settimana|settimana prossima)",
        "early_next_week": "(?:(?:ad?|all'|l') ?)?inizio (?:della )?(?:prossima settimana|settimana prossima)|(?:i )?primi (?:giorni )?della (?:prossima settimana|settimana prossima)",
        "end_next_week": "(?:(?:a|la|entro) )?fine (?:della )?(?:prossima settimana|settimana prossima|settimana entrante)|(?:(?:la|in) )?(?:prossima settimana|settimana prossima|settimana entrante)",
        "week_after_next": "la settimana successiva alla prossima",
        "end_week": "(?:(?:a|la|entro|di) )?fine (?:di questa |della |di )?settimana|(?:(?:in|entro) )?(?:questa settimana|la settimana|settimana)"
        "|in settimana",
        "last_week": "(?:la )?settimana scorsa|(?:la )?scorsa settimana",
        "end_next_month": "(?:(?:a|la|entro) )?fine (?:del )?(?:mese prossimo|prossimo mese)|(?:(?:il|nel) )?(?:mese prossimo|prossimo mese)",
        "mid_next_month": "(?:a )?meta (?:del )?(?:mese prossimo|prossimo mese)",
        "early_next_month": "(?:(?:ad?|all'|l') ?)?inizio (?:del )?(?:mese prossimo|prossimo mese)|(?:i )?primi (?:giorni )?del (?:mese prossimo|prossimo mese)",
        "mid_month": "(?:a )?meta (?:del )?mese",
        "end_month": "(?:(?:a|la|entro|per) )?fine (?:del |di questo )?mese(?: corrente)?|(?:(?:in|entro) )?(?:questo mese|il mese)|(?:nel )?mese in corso|f\\.m\\.",
        "end_of_named_month": "(?:(?:a|la|entro) )?fine (?:del mese )?(?:di )?M",
        "mid_named_month": "(?:a )?meta (?:di )?M",
        "early_named_month": "(?:(?:ad?|all'|l') ?)?inizio (?:di )?M|(?:ai |i )?primi (?:giorni )?di M",
        "end_year": "(?:(?:a|la|entro) )?fine (?:dell')?anno",
        "in_month": "(?:a|in|nel mese di) M",
    },
    "nl": {
        "today": "vandaag(?: nog)?|vanavond|vanmiddag|vanochtend|nog vandaag|heden",
        "tomorrow": "morgen(?:ochtend|middag|avond| vroeg)?",
        "after_tomorrow": "overmorgen",
        "yesterday": "gister(?:en|avond|middag|ochtend)?",
        "before_yesterday": "eergisteren",
        "next_weekday": "volgende W|W (?:over een week|volgende week)|volgende week W|W in de week daarop",
        "last_weekday": "(?:afgelopen|vorige|jongstleden) W|W (?:jl|j\\.l\\.?|jongstleden)|vorige week W",
        "weekday": "(?:(?:op|aanstaande|komende|deze|a\\.?s\\.?|voor) ){0,2}W(?: a\\.?s\\.?)?",
        "mid_next_week": "(?:halverwege|midden|medio) (?:van )?(?:volgende|komende) week",
        "early_next_week": "(?:begin|aan het begin van|begin van) (?:volgende|komende) week",
        "end_next_week": "(?:(?:aan het )?(?:einde?|eind) (?:van )?)?(?:volgende|komende) week|eind volgende week",
        "week_after_next": "de week erna",
        "end_week": "(?:aan het )?(?:einde?|eind) (?:van )?(?:de|deze) week|(?:in )?de loop van (?:de|deze) week|deze week|voor het weekend",
        "last_week": "(?:vorige|afgelopen) week",
        "end_next_month": "(?:(?:einde?|eind) (?:van )?)?(?:volgende|komende) maand",
        "mid_next_month": "(?:halverwege|medio) (?:volgende|komende) maand",
        "early_next_month": "begin (?:van )?(?:volgende|komende) maand",
        "mid_month": "(?:halverwege|medio|midden) (?:van )?(?:de|deze) maand",
        "end_month": "(?:(?:aan het )?(?:einde?|eind) (?:van )?)?(?:de|deze|der) maand|maandeinde|ultimo|einde maand|eind maand|deze maand",
        "end_of_named_month": "(?:einde?|eind) (?:van )?M|ultimo M",
        "mid_named_month": "(?:half|medio|midden|halverwege) M",
        "early_named_month": "begin M",
        "end_year": "(?:einde?|eind) (?:van )?(?:het |dit )?jaar",
        "in_month": "in (?:de maand )?M",
    },
    "pt": {
        "today": "hoje(?: mesmo| a tarde| ainda)?|esta (?:tarde|noite|manha)|ainda hoje|hj",
        "tomorrow": "amanha(?: de manha| a tarde| cedo)?",
        "after_tomorrow": "depois de amanha",
        "yesterday": "ontem(?: a tarde| a noite)?",
        "before_yesterday": "anteontem",
        "next_weekday": "(?:n?a )?proxim[ao] W|W (?:que vem|da (?:proxima semana|semana que vem)|da semana seguinte)"
        "|W da semana proxima",
        "last_weekday": "(?:n?a )?(?:ultim[ao]|passad[ao]) W|W (?:passad[ao]|da semana passada)",
        "weekday": "(?:n[ao]|nest[ae]|est[ae]|ate(?: a)?|para) W|(?:segunda|terca|quarta|quinta|sexta)-feira|sabado|domingo",
        "mid_next_week": "(?:em )?meados da (?:proxima semana|semana que vem)|meio da (?:proxima semana|semana que vem)",
        "early_next_week": "(?:no )?(?:inicio|comeco|principio) da (?:proxima semana|semana que vem)",
        "end_next_week": "(?:(?:no |ate o |ate ao )?(?:fim|final) da )?(?:n?a )?(?:proxima semana|semana que vem|semana proxima)",
        "week_after_next": "a semana a seguir a proxima",
        "end_week": "(?:(?:n?o |ate o |ate ao )?(?:fim|final) d(?:a|esta) )semana|(?:durante )?(?:n?esta|essa|nessa) semana",
        "last_week": "(?:n?a )?semana passada",
        "end_next_month": "(?:(?:n?o |ate o |ate ao )?(?:fim|final) do )?(?:proximo mes|mes que vem)|no mes que vem",
        "mid_next_month": "(?:em )?meados do (?:proximo mes|mes que vem)",
        "early_next_month": "(?:no )?(?:inicio|comeco|principio) do (?:proximo mes|mes que vem)",
        "mid_month": "(?:em |a )?(?:meados|meio) do mes",
        "end_month": "(?:(?:n?o |ate o |ate ao )?(?:fim|final) d(?:o|este) )mes(?: corrente)?|(?:ainda )?(?:n?este|esse|nesse) mes|fim de mes|fecho do mes",
        "end_of_named_month": "(?:n?o |ate o |ate ao )?(?:fim|final|finais) (?:do mes )?de M",
        "mid_named_month": "(?:em |a )?(?:meados|meio) de M",
        "early_named_month": "(?:no )?(?:inicio|comeco|principio) (?:do mes )?de M",
        "end_year": "(?:fim|final) do ano",
        "in_month": "(?:em|durante) M",
    },
    "pl": {
        "today": "dzis(?:iaj)?|dzisiejszym|dzis wieczorem|jeszcze dzis(?:iaj)?",
        "tomorrow": "jutro(?: rano| po poludniu)?|jutra|jutrzejszym",
        "after_tomorrow": "pojutrze",
        "yesterday": "wczoraj(?:szym)?",
        "before_yesterday": "przedwczoraj",
        "next_weekday": "(?:w |na )?(?:przyszl[yaei](?:m)?|nastepn[yaei](?:m)?) W|W w (?:przyszlym|nastepnym) tygodniu|W przyszlego tygodnia|w przyszlym tygodniu,? w W",
        "last_weekday": "(?:w )?(?:zeszl[yaeia]|ubiegl[yaei]|miniony|ostatni[aey]?)(?:a)? W|W w zeszlym tygodniu",
        "weekday": "(?:(?:w|we|do|na|najblizsz[yae]|najblizsza|ten|te|tego|najblizszego) ){0,2}W",
        "mid_next_week": "(?:w )?polowie (?:przyszlego|nastepnego) tygodnia",
        "early_next_week": "(?:na )?pocz(?:atku|atkiem) (?:przyszlego|nastepnego) tygodnia",
        "end_next_week": "(?:(?:do |pod |na )?kon(?:ca|iec|cem|cu) )?(?:przyszlego|nastepnego) tygodnia|(?:w )?(?:przyszlym|nastepnym) tygodniu|w ciagu przyszlego tygodnia",
        "week_after_next": "za dwa tygodnie od dzis",
        "end_week": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) (?:tego |biezacego )?tygodnia|(?:jeszcze )?w tym tygodniu|w ciagu tego tygodnia",
        "last_week": "(?:w )?(?:zeszlym|ubieglym|minionym) tygodniu",
        "end_next_month": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) (?:przyszlego|nastepnego) miesiaca|(?:w )?(?:przyszlym|nastepnym) miesiacu",
        "mid_next_month": "(?:w |do )?polow(?:ie|y) (?:przyszlego|nastepnego) miesiaca",
        "early_next_month": "(?:na )?poczatku (?:przyszlego|nastepnego) miesiaca",
        "mid_month": "(?:w |do )?polow(?:ie|y) (?:tego )?miesiaca",
        "end_month": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) (?:tego |biezacego |b\\.? ?)?(?:miesiaca|m-ca|mca)|(?:jeszcze )?w tym miesiacu|w biezacym miesiacu",
        "end_of_named_month": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) M",
        "mid_named_month": "(?:w |do )?polow(?:ie|y|a) M",
        "early_named_month": "(?:na )?poczatku M",
        "end_year": "(?:do |pod )?kon(?:ca|iec|cu) (?:tego )?roku",
        "in_month": "w M",
    },
    "sv": {
        "today": "i ?dag|ikvall|i kvall|i eftermiddag|denna dag",
        "tomorrow": "i ?morgon(?: bitti| formiddag| eftermiddag)?|imorron|i morron|imorrn",
        "after_tomorrow": "i ?over ?morgon",
        "yesterday": "i ?gar(?: kvall| eftermiddag)?",
        "before_yesterday": "i ?forrgar",
        "next_weekday": "nasta W|W (?:i )?nasta vecka|nasta vecka,? (?:pa )?W|W om en vecka",
        "last_weekday": "(?:i )?forra W|(?:i )?W(?:s|as) (?:forra veckan)?|senaste W|W forra veckan|i W(?:s|as)",
        "weekday": "(?:(?:pa|nu|senast|till|kommande|denna|den har) ){0,2}W",
        "mid_next_week": "(?:i )?mitten (?:av|pa) nasta vecka",
        "early_next_week": "(?:i )?borjan (?:av|pa) nasta vecka",
        "end_next_week": "(?:(?:i )?slutet (?:av|pa) )?(?:nasta|kommande) vecka|under nasta vecka",
        "week_after_next": "veckan efter nasta",
        "end_week": "(?:i )?slutet (?:av|pa) (?:veckan|denna vecka|den har veckan)|(?:under )?(?:den har|denna) veckan?|innan helgen|fore helgen|i veckan|veckoslutet",
        "last_week": "(?:i )?forra veckan",
        "end_next_month": "(?:(?:i )?slutet (?:av|pa) )?(?:nasta|kommande) manad",
        "mid_next_month": "(?:i )?mitten (?:av|pa) nasta manad",
        "early_next_month": "(?:i )?borjan (?:av|pa) nasta manad",
        "mid_month": "(?:i )?mitten (?:av|pa) (?:manaden|denna manad)",
        "end_month": "(?:(?:i |vid )?slutet (?:av|pa) )(?:manaden|denna manad|den har manaden|innevarande manad)|manadsskiftet|manadsslutet|(?:under )?(?:denna|den har) manad(?:en)?",
        "end_of_named_month": "(?:i )?slutet (?:av|pa) M|sista M",
        "mid_named_month": "(?:i )?mitten (?:av|pa) M",
        "early_named_month": "(?:i )?borjan (?:av|pa) M",
        "end_year": "(?:i )?slutet (?:av|pa) aret|arsskiftet",
        "in_month": "i M",
    },
}

#: "Within 10 days": what stands before "N days", what the units are called. "B" marks business days.
SPANS: dict[str, dict[str, str]] = {
    "en": {
        "before": "within(?: the)?(?: next)?|in(?: the)?(?: next)?|over the next|no later than|inside(?: of)?|give (?:us|me)|(?:the )?next|less than",
        "days": "days?|calendar days?|dys?",
        "business": "(?:business|working|banking|bank|work) days?",
        "weeks": "weeks?|wks?",
        "months": "months?",
        "hours": "hours?|hrs?",
        "fortnight": "a fortnight|the fortnight",
        "after": "from (?:now|today)|'? time|of (?:today|this mail)|out",
    },
    "de": {
        "before": "innerhalb(?: von| der (?:na(?:e)?chsten|kommenden))?|binnen|in(?: den)?(?: na(?:e)?chsten| kommenden)?|in spa(?:e)?testens|spa(?:e)?testens in|innert|(?:die|den) na(?:e)?chsten",
        "days": "tage[ns]?|kalendertage[ns]?",
        "business": "(?:werk|arbeits|bank|banken|bankarbeits|gescha(?:e)?fts)tage[ns]?",
        "weeks": "wochen?",
        "months": "monate[ns]?",
        "hours": "stunden|std\\.?",
        "fortnight": "vierzehn tagen",
        "after": "ab heute",
    },
    "fr": {
        "before": "sous(?: les)?|dans(?: les| un delai de)?|d'ici(?: a)?|dans les prochains|dans un delai de",
        "days": "jours?(?: calendaires)?|j",
        "business": "(?:prochains )?jours? (?:ouvres?|ouvrables?)",
        "weeks": "semaines?",
        "months": "mois",
        "hours": "heures?|h",
        "fortnight": "sous quinzaine|dans une quinzaine|sous quinze jours|dans quinze jours|d'ici une quinzaine|une quinzaine",
        "after": "a compter d'aujourd'hui",
    },
    "es": {
        "before": "en(?: los proximos| un plazo de| el plazo de)?|dentro de|en menos de|en el plazo de|de aqui a|los proximos",
        "days": "dias?(?: naturales)?",
        "business": "dias? (?:habiles|laborables|laborales)",
        "weeks": "semanas?",
        "months": "mes(?:es)?",
        "hours": "horas?",
        "fortnight": "en quince dias|quincena",
        "after": "a partir de hoy",
    },
    "it": {
        "before": "entro(?: i prossimi)?|tra|fra|in|nel giro di|nei prossimi|nell'arco di",
        "days": "giorni|giorno|gg\\.?",
        "business": "giorni (?:lavorativi|feriali)|giorno lavorativo|gg\\.? lavorativi",
        "weeks": "settiman[ae]",
        "months": "mes[ei]",
        "hours": "or[ae]",
        "fortnight": "entro quindici giorni",
        "after": "da oggi",
    },
    "nl": {
        "before": "binnen(?: de)?(?: komende)?|over|in(?: de komende)?|uiterlijk binnen|de komende",
        "days": "dag(?:en)?|kalenderdagen",
        "business": "werkdag(?:en)?|bankwerkdagen",
        "weeks": "we(?:e)?k(?:en)?",
        "months": "maand(?:en)?",
        "hours": "uur|uren",
        "fortnight": "veertien dagen",
        "after": "vanaf vandaag|na vandaag",
    },
    "pt": {
        "before": "em(?: ate)?|dentro de|no prazo de|nos proximos|daqui a|num prazo de|ate",
        "days": "dias?(?: corridos)?",
        "business": "dias? uteis|dia util",
        "weeks": "semanas?",
        "months": "mes(?:es)?",
        "hours": "horas?",
        "fortnight": "em quinze dias|quinzena",
        "after": "a partir de hoje|a contar de hoje",
    },
    "pl": {
        "before": "w ciagu(?: najblizszych)?|w terminie(?: do)?|za|w przeciagu|najdalej za|do|przez najblizsze",
        "days": "dni|dnia|dzien",
        "business": "dni robocz(?:ych|e)|dzien roboczy",
        "weeks": "tygodni(?:e|a)?|tydzien",
        "months": "miesi(?:ac|ace|ecy|aca)",
        "hours": "godzin(?:y)?|h",
        "fortnight": "dwoch tygodni|dwa tygodnie",
        "after": "od dzis|od dzisiaj",
    },
    "sv": {
        "before": "inom(?: de narmaste)?|om|de narmaste|senast om",
        "days": "dag(?:ar)?|kalenderdagar|dgr",
        "business": "arbetsdag(?:ar)?|bankdag(?:ar)?|vardagar|vardag",
        "weeks": "veck(?:a|or)",
        "months": "manad(?:er)?",
        "hours": "timm(?:e|ar)",
        "fortnight": "fjorton dagar",
        "after": "fran idag|fran i dag",
    },
}

#: What marks a bare day of the month: "the 15th", "am 15.", "le 15", "dia 15". D stands for the digits.
DAY_OF_MONTH: dict[str, str] = {
    "en": "(?:the |on |by |for )?D(?:st|nd|rd|th)",
    "de": "(?:am|zum|bis|bis zum|den|dem|vom|der|ab|ab dem|per|einschlieslich|einschliesslich) D\\.",
    "fr": "(?:le|au|du|pour le|avant le|vers le|jusqu'au) D(?:er)?",
    "es": "(?:el(?: dia)?|dia|al|del|hasta el) D",
    "it": "(?:il(?: giorno)?|giorno|al|dal|del|entro il|per il) D",
    "nl": "(?:op |voor )?(?:de )?D(?:e|ste|de)|(?:op|per|voor) de D",
    "pt": "(?:no |o |ao |ate |ate ao |do )?dia D",
    "pl": "(?:do |na |w dniu |dnia )?D(?:-?(?:go|ego|tego|stego))|(?:do|dnia|w dniu) D\\.?",
    "sv": "(?:den|senast den|till den|pa) D(?::?(?:e|a|de))?|D:(?:e|a)",
}


def top_level(alternatives: str) -> list[str]:
    """The parts of `a|b(?:c|d)` between bars outside parentheses; "@" is a bar inside a part."""
    parts, depth, part = [], 0, ""
    for character in alternatives:
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [each.replace("@", "|") for each in [*parts, part]]
