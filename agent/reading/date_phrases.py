"""Phrases without a number in them, in nine languages, as regular expressions of folded text.

The left side names the rule of `date_rules.py`. "W" is a weekday, "M" a month, "D" a day of the month in digits or in
words, "N" the next month.
"""
# ruff: noqa: E501 - a phrase list is read down, not across

#: How the next month is called.
NEXT_MONTH: dict[str, str] = {
    "en": "(?:the )?next month|the following month|the month following|(?:the )?month after|nxt month|next mth",
    "de": "(?:des |im |vom )?(?:na(?:e)?chste[nrs]?|kommenden|folgenden) (?:monats?|mts\\.?)|(?:des |im )?folgemonats?",
    "fr": "(?:le )?mois (?:prochain|suivant|qui vient|d'apres|pro)|prochain mois",
    "es": "(?:mes que viene|proximo mes|mes proximo|mes entrante|mes siguiente|siguiente mes|mes q viene|prox(?:imo)?\\.? mes)",
    "it": "(?:mese prossimo|prossimo mese|mese successivo|mese dopo|mese entrante|mese che viene|p\\.v\\.|pross\\.? mese)",
    "nl": "(?:volgende|komende|vlg\\.?) (?:maand|mnd)",
    "pt": "(?:proximo mes|mes que vem|mes q vem|mes seguinte|mes que entra|outro mes|prox\\.? mes|mes proximo)",
    "pl": "(?:przyszlego|nastepnego|kolejnego|nadchodzacego) (?:miesiaca|m-ca|mies\\.?)|(?:w )?(?:przyszlym|nastepnym|kolejnym) (?:miesiacu|m-cu)",
    "sv": "(?:nasta|kommande|nastkommande|nastfoljande) man(?:ad|\\.)",
}

PHRASES: dict[str, dict[str, str]] = {
    "en": {
        "today": "(?:later )?today|tonight|this (?:afternoon|morning|evening|arvo)|tonite|2nite|2day|todays?|later on today|earlier today"
        "|this (?:lunchtime|noon|am|dawn)",
        "tomorrow": "(?:tomorrow|tmrw|tmr|tomorrows?|2morrow|tommorrows|tmrow|tomorow|tommorow|tommorrow|2moro|tmw|tomoz)(?: (?:morning|afternoon|night|am|pm))?",
        "after_tomorrow": "(?:the )?day after tomorrow",
        "yesterday": "yesterday|last night|last nite",
        "before_yesterday": "(?:the )?day before yesterday",
        "next_weekday": "next W|W (?:of )?next week|next week (?:on )?W|W week|a week (?:on )?W|week on W|W next(?! week)|the following W"
        "|W (?:in|from) a week|(?:a|1|one) week (?:from|this|come) (?:this )?W|nxt W|W nxt week|next week,? ?(?:on )?W|next week's W"
        "|W the week after",
        "last_weekday": "last W|(?:this )?past W|W just gone|W last|W past|W gone|(?:the )?W before last"
        "|last W (?:night|morning|afternoon)",
        "weekday": "(?<!black\\x20)(?:this |coming |this coming |on |by )?W",
        "mid_next_week": "(?:mid|middle of|mid-) ?next week|middle of (?:the )?coming week|midweek next week|halfway through next week|mid-week next week",
        "early_next_week": "(?:early|start of|beginning of|first thing|top of|the start of) next week|early in next week|next week early",
        "end_next_week": "(?:end|back end|later part|latter part) of (?:the )?(?:next|following|coming) week|late next week|(?:end of )?next week"
        "|eo next week|week after this(?: one)?|the following week|end of nxt week|nxt week|end of (?:the )?nxt week|(?:end of )?next wk"
        "|(?:the )?week commencing next|sometime next week|later next week|end of next",
        "week_after_next": "(?:the )?week after next",
        "end_week": "(?:end|back end|close|later part) of (?:the |this |our )?week|this week|eow|later this week"
        "|(?:by|before|until|till|til|for|ahead of|prior to) (?:the|this) weekend|week's end|before the week is out"
        "|end o(?:f)? th(?:e)? week|(?:within|inside) the week|end of wk|this wk|end of (?:this )?wk|the end of this week"
        "|(?:the )?end of t'?week|back end of t'?week",
        "last_week": "last week|last wk",
        "end_next_month": "(?:the )?(?:last|final) day (?:of|in) (?:N)|(?:the )?(?:end|close) of next month|next month(?:'?s end)?|next month end|(?:the )?(?:end|close) of (?:N)"
        "|(?:the )?following month's end",
        "mid_next_month": "mid(?:dle of)?[ -](?:the )?next month|(?:the )?middle of N|mid N",
        "early_next_month": "(?:early|start of|beginning of|the first of|first of) next month|1st of next month"
        "|(?:the )?(?:first|first day|first week|beginning|start) (?:of|in) (?:N)|start of the new month",
        "mid_month": "mid(?:dle)?[ -]?(?:of (?:the |this )?)?month",
        "end_month": "(?:(?:the )?end|close|back end) of (?:the |this |our )?(?:current |calendar )?month|(?:end[ -]of[ -])?month[ -]?end|end-of-month|this month|eom"
        "|before the month is (?:out|over|up)|last day of (?:the|this) month|end of mth|(?:the )?(?:end|back end) of (?:this )?mth"
        "|months? end|month's (?:end|out)|(?:before |when )?the month(?:'s| is) (?:out|over|up|end)|end of t'month|last day of month"
        "|later this month|end of month",
        "end_of_named_month": "(?:the )?(?:end|close|back end|last day|last week) of M|late M|eom M|M(?: month)?[ -]end|end M|(?:the )?last day (?:of|in) M"
        "|M's end|(?:the )?second half of M|the tail end of M",
        "mid_named_month": "mid(?:dle)?(?:[ -]of)?[ -]M|(?:the )?first half of M",
        "early_named_month": "(?:early|start of|beginning of|first week of|first week in|the first week of) M"
        "|(?:the )?(?:first|1st) (?:few )?(?:days|week) (?:of|in) M|top of M|the (?:start|beginning) of M",
        "end_year": "(?:the )?end of (?:the |this )?year|year[ -]end|end-of-year|(?:before |when )?the year(?:'s| is) (?:out|over)",
        "in_month": "(?:in|during|sometime in) M|(?:by|until|till|til) M",
        "end_of_day": "(?:by |before )?(?:cob|eod|close of (?:business|play)|end of (?:the )?(?:working |business )?day|end of play)"
        "|(?:by|before|at|over) (?:lunch(?:time)?|noon|midday|dinner ?time)",
        "just_now": "just (?:now|then)"
        "|(?:(?:about )?(?:an?|one|two|three|five|ten|half an|a few|few|a couple(?: of)?|\\d{1,2}) )(?:minutes?|mins?|moments?|seconds?|secs?|hours?|hrs?) ago"
        "|(?:moments|minutes) ago|this (?:very )?(?:minute|second|instant)"
        "|just (?:been |this minute |now )?(?:paid|sent|transferred|wired|done|did|put|went|gone|made|posted|mailed|dropped|released|cleared|settled|submitted|processed|pushed|hit|zelled|venmoed|bacs'd|fired|popped|scheduled it)",
        "now": "(?:it|this|that|them|card|phone|online|done|paid|sent|over) right now|now-now|as (?:i type|we speak)|(?:done|pressed|keyed?|key|doing|loading|do|did|paid|sent) (?:(?:it|this|that|them|in) ){0,2}now|(?:paying|sending|transferring|wiring|doing|settling|releasing|posting|going) (?:(?:it|this|that|them|over|out|off|through|you) ){0,2}(?:right )?now"
        "|now (?:paying|sending|transferring)",
        "weekday_after_next": "W fortnight|(?:a )?fortnight (?:on )?W|(?:two|2) weeks (?:on|from|this) W|W in (?:two|2) weeks|W in a fortnight"
        "|W (?:of )?(?:the )?week after next|(?:the )?W after next",
        "week_from_today": "(?:a|1|one) week (?:from )?today|today week|(?:a|1|one) week from now",
        "week_from_tomorrow": "(?:a|1|one) week (?:from )?tomorrow|tomorrow week",
        "mid_week": "mid-?week|mid this week|middle of (?:the|this) week",
        "early_week": "(?:start|beginning|top) of the week|early in the week",
        "early_month": "(?:start|beginning|top|first|1st) of (?:the|each|every) month|(?:the )?first week of the month",
        "end_month_business": "(?:the )?last (?:working|business|banking) day (?:of|in) (?:(?:the|this) )?month",
        "last_weekday_of_month": "(?:the )?last W (?:of|in) (?:(?:the|this) )?month",
        "first_weekday_next_month": "(?:the )?first W (?:of|in) (?:N|the new month)",
        "day_next_month": "(?:(?:by |on )?the )?D,? (?:day )?(?:of |in )?(?:N)",
        "business_day": "(?:the )?D (?:working|business|banking) day(?: of (?:the|each|every) month)?",
        "business_day_next_month": "(?:the )?D (?:working|business|banking) day (?:of|in) (?:N)",
        "end_quarter": "(?:before )?the quarter(?:'s| is) (?:out|over|up)|quarter close|(?:the )?(?:end|close) of (?:the |this )?(?:quarter|qtr)|quarter[ -]end|eoq",
    },
    "de": {
        "today": "heute(?: morgen| abend| nachmittag| noch| mittag| vormittag| fruh)?|noch heute|heutigen? tage?s?|heutig\\w{1,3}|heut|per heute"
        "|datum heute|heute nacht|heute fruh",
        "tomorrow": "(?<!guten\\x20)(?<!schonen\\x20)morgen(?: fruh| vormittag| nachmittag| abend| mittag)?|morgigen tag"
        "|(?:mit |zum |am )?morgig\\w{1,3}(?: tag)?|moin fruh",
        "after_tomorrow": "ubermorgen|uebermorgen",
        "yesterday": "gestern(?: abend| nachmittag| vormittag)?|gestrigen tag|gestrig\\w{1,3}|gestan",
        "before_yesterday": "vorgestern",
        "next_weekday": "(?:na(?:e)?chste[nr]?) W|W (?:in )?(?:der )?(?:na(?:e)?chste[rn]?|kommenden?|folgenden) woche|na(?:e)?chste woche(?: am)? W"
        "|W in einer woche|W (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgende[rn]?) woche"
        "|(?:na(?:e)?chste|kommende|folgende) woche,? ?(?:am )?W|W in (?:einer|1) woche|W in (?:acht|8) tagen|(?:am )?na(?:e)?chst\\. W"
        "|W drauf",
        "last_weekday": "(?:letzte[nr]?|vergangene[nr]?|vorige[nr]?) W|(?:letschte|vergangenen|vorigen) W",
        "weekday": "(?:(?:am|bis|kommende[nr]?|diese[nr]?|bis zum|zum) ){0,2}W",
        "mid_next_week": "mitte (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgenden) woche",
        "early_next_week": "(?:anfang|beginn) (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgenden) woche"
        "|(?:anfang|beginn) (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?) wo\\.?|gleich na(?:e)?chste woche",
        "end_next_week": "ende (?:der )?(?:na(?:e)?chste[rn]?|kommende[rn]?|folgenden) woche"
        "|(?:(?:im laufe|in) der )?(?:na(?:e)?chste[rn]?|kommende[rn]?) woche|ende (?:der )?(?:na(?:e)?|ko)\\. ?wo(?:che|\\.)?"
        "|(?:in der )?folgenden woche|ende der folgewoche|folgewoche|na(?:e)?chschti? wuche|na(?:e)?xte woche|kommende woch"
        "|im lauf der (?:na(?:e)?chsten|kommenden) woche|na(?:e)?chste woch\\b",
        "week_after_next": "ubernachste[rn]? woche|uebernaechste[rn]? woche|u(?:e)?berna(?:e)?chste[rn]? woche",
        "end_week": "(?:ende|im laufe) (?:der|dieser|diese) woche|(?:vorm |vor dem |bis zum |zum |furs? |fur das )wochenend(?:e)?"
        "|wuchenend|(?:innerhalb|binnen) (?:der|dieser) woche|diese[r]? woche|ende der laufenden woche|ende d\\. woche|(?:noch )?(?:in )?dieser? woche(?: noch)?"
        "|im lauf der woche|wochenschluss|ende der wo\\.|vor'?m wochenende",
        "last_week": "(?:letzte[rn]?|vorige[rn]?|vergangene[rn]?) woche",
        "end_next_month": "letzte[rnm]? tag (?:N)|(?:zum )?ende (?:des )?(?:na(?:e)?chste[n]?|kommenden|folgenden) monats?|(?:im )?na(?:e)?chste[nr]? monat|im kommenden monat"
        "|im folgemonat|ende (?:N)|ultimo (?:N)",
        "mid_next_month": "mitte (?:des )?(?:na(?:e)?chste[n]?|kommenden) monats?|mitte (?:N)",
        "early_next_month": "(?:anfang|beginn) (?:des )?(?:na(?:e)?chste[n]?|kommenden) monats?|(?:anfang|beginn) (?:N)|(?:am |zum )?ersten (?:N)",
        "mid_month": "mitte (?:des |dieses |d\\. )?monats?|monatsmitte",
        "end_month": "(?:zum |bis )?(?:monatsende|ultimo|ende (?:des |dieses |des laufenden |d\\. )?monats?)|(?:in )?diese[nmr]? monat|monatsletzten"
        "|letzten des monats|im laufenden monat|monatsultimo|monatsschluss|monatsend|ende mon\\.|letzte[rn]? tag (?:des|im) monats?"
        "|monatsabschluss|ende (?:vom|dieses|diesen) monats?|ultimo des monats|letzte[rn]? des monats|zum monatsletzten",
        "end_of_named_month": "ende (?:des (?:monats )?)?M|ultimo M|letzte[rn]? (?:tag|tage|woche) (?:im |des )?M|(?:zweite[rn]?|2\\.) M-?halfte"
        "|ende vom M",
        "mid_named_month": "mitte M|(?:erste[rn]?|1\\.) M-?halfte|M-?mitte",
        "early_named_month": "(?:anfang|beginn) M|(?:in der |in den )?erste[rn]? (?:tagen?|woche) (?:im |des )?M|erste[rn]? M-?woche|(?:anfangs|anfang vom) M",
        "end_year": "jahresende|ende (?:(?:des|dieses) )?jahre?s?",
        "in_month": "im (?:monat )?M|auf (?:den )?M(?= (?:ver)?sch\\w)|(?:bis|bis zum|spatestens) M",
        "end_of_day": "(?:bis |zum |vor )(?:tagesende|feierabend|geschaftsschluss|buroschluss|ende des tages|dienstschluss)|(?:bis|vor|am|uber|zu) mittag",
        "just_now": "(?:gerade|eben|soeben|grad|grade) (?:[a-z0-9',]{1,14} ){0,4}(?:rubergeschoben|losgeschickt|eingeworfen|getatigt|uberwiesen|bezahlt|beglichen|gezahlt|angewiesen|abgeschickt|raus\\w*|durch|erledigt|freigegeben|veranlasst|gesendet|ausgelost|gemacht|eingegeben|uberwisn|abgesendet)"
        "|gerade eben|soeben"
        "|vor (?:einer|einem|ein paar|wenigen|zwei|drei|funf|zehn|\\d{1,2}) (?:minuten?|stunden?|sekunden?|augenblick(?:en)?|moment)|vorhin",
        "now": "(?:zahle|uberweise|bezahle|zahlen|uberweisen) (?:[a-z']{1,14} ){0,3}jetzt"
        "|(?:jetzt|nun) (?:gleich |grad |gerade )?(?:uberwiesen|bezahlt|angewiesen|ausgelost)",
        "weekday_after_next": "(?:am )?u(?:e)?berna(?:e)?chste[nrm]? W|W (?:in )?(?:der )?u(?:e)?berna(?:e)?chste[rn]? woche"
        "|u(?:e)?berna(?:e)?chste woche,? ?(?:am )?W|W in (?:zwei|2) wochen|W in (?:vierzehn|14) tagen",
        "week_from_today": "heute in (?:einer|1) woche|heute in (?:acht|8) tagen",
        "week_from_tomorrow": "morgen in (?:einer|1) woche|morgen in (?:acht|8) tagen",
        "mid_week": "mitte (?:der |dieser )?woche|wochenmitte",
        "early_week": "(?:anfang|beginn) (?:der )?woche|wochenanfang|wochenbeginn",
        "early_month": "(?:anfang|beginn) (?:des |vom )?monats?|monatsanfang|monatsbeginn|(?:zum |am )?monatserste[nr]?|(?:zum |am )?ersten des monats",
        "end_month_business": "letzte[rn]? (?:werktag|arbeitstag|bankarbeitstag|banktag|gescha(?:e)?ftstag) (?:des|im|dieses) monats?",
        "last_weekday_of_month": "letzte[rn]? W (?:im|des|dieses|diesen) monats?",
        "first_weekday_next_month": "erste[rn]? W (?:im|des) (?:N|neuen monats?)",
        "day_next_month": "(?:(?:am|bis|zum|bis zum|den|dem|der|per) )?D,? (?:N)",
        "business_day": "D (?:werktag|arbeitstag|bankarbeitstag|gescha(?:e)?ftstag)(?:e?s)?(?: (?:des|im|eines) (?:jeden )?monats?)?",
        "business_day_next_month": "D (?:werktag|arbeitstag|bankarbeitstag|gescha(?:e)?ftstag)(?:e?s)? (?:N)",
        "end_quarter": "(?:bevor )?das quartal (?:zu ende|vorbei|um|rum) ist|quartalsabschluss|quartalsende|quartalsschluss|ende (?:des |dieses )?quartals",
    },
    "fr": {
        "today": "aujourd'? ?hui|ce soir|cet apres-?midi|ce matin|ce jour|dans la journee|dans la soiree|auj\\.?|ajd|aujourd hui|aujourdhui|tantot"
        "|tout a l'heure|ce midi|cet apres ?-?midi|cette nuit|cet aprem|tout de suite|en date (?:du jour|de ce jour)",
        "tomorrow": "demain(?: matin| soir| apres-midi)?|des demain|demain (?:a la premiere heure|midi|dans la journee)|2main|dmain",
        "after_tomorrow": "apres-?demain",
        "yesterday": "hier(?: soir| matin| apres-midi)?|hier (?:apres ?-?midi|midi|aprem)",
        "before_yesterday": "avant-?hier",
        "next_weekday": "W prochain|W (?:de )?(?:la )?semaine prochaine|la semaine prochaine,? W|W en huit|(?:le )?W d'apres|W qui vient|W prochaine"
        "|W de la semaine (?:qui vient|suivante)|(?:la )?semaine prochaine,? (?:le )?W|W pro\\b|W (?:dans|d'ici) une semaine"
        "|W de sem(?:aine)?\\.? pro(?:chaine)?",
        "last_weekday": "W (?:dernier|passe)|W d'avant",
        "weekday": "(?:ce |le |pour |d'ici (?:a )?)?W",
        "mid_next_week": "(?:milieu|courant milieu) (?:de )?(?:la )?semaine prochaine|mi-semaine prochaine|milieu de (?:la )?semaine (?:pro|qui vient)",
        "early_next_week": "(?:debut|en debut|au debut) (?:de )?(?:la )?semaine prochaine"
        "|(?:en )?(?:tout )?debut de (?:la )?semaine (?:pro|qui vient|suivante)|debut sem(?:aine)?\\.? pro(?:chaine)?",
        "end_next_week": "(?:en |a la |la )?fin (?:de )?(?:la )?semaine prochaine|(?:dans |courant |d'ici )?(?:la )?semaine prochaine"
        "|dans le courant de la semaine prochaine|(?:fin (?:de )?)?(?:la )?(?:semaine|sem\\.?) pro(?:ch\\.?)?"
        "|(?:fin (?:de )?)?la semaine (?:qui vient|suivante)|(?:la )?s\\. prochaine",
        "week_after_next": "(?:la )?semaine d'apres|(?:la )?semaine (?:suivante|d'apres)",
        "end_week": "(?<!bonne\\x20)(?:en |a la |la )?fin de (?:la |cette )?semaine|(?:dans |courant )?(?:de )?(?:cette|la) semaine(?! (?:d[ue]|pro|suiv|qui)\\w{0,9})|avant le week-?end"
        "|(?<!bonne\\x20)fin de semaine|(?:avant|pour|d'ici) (?:le|ce) week-?end|dans la semaine"
        "|d'ici (?:a )?(?:la )?fin (?:de )?(?:cette |la )?semaine|fin sem(?:aine)?\\.?|courant de semaine",
        "last_week": "(?:la )?semaine derniere|(?:la )?semaine passee",
        "end_next_month": "(?:le )?dernier jour du (?:N)|(?:la )?fin (?:du )?mois prochain|(?:le |au |courant )?mois prochain|(?:la |a la )?fin (?:du |de )?(?:N)|fin prochain",
        "mid_next_month": "(?:mi-|milieu )(?:du )?mois prochain|(?:la )?mi-?(?:N)|milieu (?:du )?(?:N)",
        "early_next_month": "(?:au )?debut (?:du )?mois prochain|(?:au |en )?debut (?:du )?(?:N)|(?:le )?(?:premier|1er) (?:du )?(?:N)",
        "mid_month": "mi-mois|milieu (?:du|de) (?:ce )?mois|le milieu du mois",
        "end_month": "(?:la )?fin (?:du|de ce) mois(?: en cours)?|fin de mois|(?:dans le |courant )?(?:du |ce )mois-?ci|avant la fin du mois"
        "|(?:dans )?le courant du mois|courant du mois|fin du mois courant|ce mois|fin courant|(?:le )?dernier jour (?:du|de ce) mois"
        "|ce mois[- ]ci|fin de ce mois|fin (?:du )?mois|(?:en )?fin mois|(?:d'ici )?(?:a )?la fin du mois courant|dans le mois",
        "end_of_named_month": "(?:la )?fin (?:du mois )?(?:de |d')?M|(?:le )?dernier jour (?:de |d')M|(?:la )?(?:deuxieme|seconde|2e) quinzaine (?:de |d')M"
        "|(?:la )?derniere semaine (?:de |d')M|fin du mois de M",
        "mid_named_month": "(?:la )?mi-? ?M|(?:le )?milieu (?:de |d')M|(?:la )?(?:premiere|1ere) quinzaine (?:de |d')M",
        "early_named_month": "(?:au )?debut (?:du mois )?(?:de |d')?M|(?:la )?(?:premiere|1e?re?) semaine (?:de |d')M|(?:les )?premiers jours (?:de |d')M|tout debut M"
        "|debut du mois de M",
        "end_year": "(?:la )?fin (?:de )?(?:l'|cette )?annee",
        "in_month": "(?:en|courant|au mois de|au mois d') ?M|(?:d'ici|d'ici a|jusqu'en|jusqu'a|avant|pour) M",
        "end_of_day": "(?<!bonne\\x20)(?:en |d'ici (?:la )?|avant la )?fin de (?:la )?journee|(?:avant|a|pour) midi",
        "just_now": "(?:viens|venons|vient|viennent) (?:juste |tout juste )?(?:de |d')(?:[a-z']{1,6} ){0,2}(?:faire|payer|virer|regler|effectuer|envoyer|transmettre|poster|lancer|valider|passer|partir|emettre|solder|proceder|deposer|executer|saisir|signer|l'envoyer|partir)"
        "|a l'instant|il y a (?:une|deux|cinq|dix|quelques|\\d{1,2}) (?:minutes?|min|heures?|secondes?|instants?)|ce matin meme"
        "|tout juste (?:paye|vire|regle|parti)",
        "now": "(?:paye|vire|regle|payons|virons|reglons) (?:[a-z']{1,14} ){0,3}(?:maintenant|immediatement)",
        "weekday_after_next": "W en quinze|W (?:dans|d'ici) (?:deux|2) semaines|W de (?:la semaine d'apres|dans quinze jours)|W dans (?:quinze|15) jours",
        "week_from_today": "(?:d')?aujourd'hui en huit|dans une semaine jour pour jour",
        "week_from_tomorrow": "demain en huit",
        "mid_week": "(?:en )?milieu de (?:la |cette )?semaine|mi-semaine",
        "early_week": "(?:en )?debut de (?:la )?semaine(?! prochaine)",
        "early_month": "(?:en |au )?debut (?:de|du) mois(?! prochain)|premier du mois|1er du mois",
        "end_month_business": "(?:le )?dernier jour (?:ouvre|ouvrable) (?:du|de ce) mois",
        "last_weekday_of_month": "(?:le )?dernier W (?:du|de ce) mois",
        "first_weekday_next_month": "(?:le )?premier W (?:du )?(?:N)",
        "day_next_month": "(?:(?:le|au|pour le|avant le) )?D (?:du |de )?(?:N)",
        "business_day": "(?:le |au )?D ?(?:e |eme )?jour (?:ouvre|ouvrable)(?: (?:du|de chaque) mois)?",
        "business_day_next_month": "(?:le |au )?D ?(?:e |eme )?jour (?:ouvre|ouvrable) (?:du )?(?:N)",
        "end_quarter": "(?:la )?fin (?:du|de ce) trimestre|(?:avant )?que le trimestre (?:soit fini|se termine)|(?:la )?fin (?:de |du )?trimestre",
    },
    "es": {
        "today": "hoy(?: mismo)?|esta (?:misma )?(?:tarde|noche|manana)|el dia de hoy"
        "|hoy (?:por la (?:manana|tarde|noche)|en la (?:manana|tarde|noche)|temprano)|hoy dia|a dia de hoy|este mediodia|con fecha de hoy"
        "|oy",
        "tomorrow": "(?<!la\\x20)(?<!esa\\x20)(?<!cada\\x20)(?<!una\\x20)manana(?: mismo| por la manana| por la tarde| temprano)?"
        "|(?<!la\\x20)manana (?:en la (?:manana|tarde)|a primera hora|sin falta)|manana mismo|mnn",
        "after_tomorrow": "pasado manana",
        "yesterday": "ayer(?: por la tarde)?|anoche|el dia de ayer|ayer (?:en la tarde|por la (?:manana|noche)|noche|tarde|mismo)",
        "before_yesterday": "anteayer|antier|antes de ayer",
        "next_weekday": "(?:el )?proximo W|(?:el )?W (?:proximo|que viene|de la (?:proxima semana|semana que viene|semana proxima|semana entrante))"
        "|(?:el )?W siguiente|W prox\\.?|(?:el )?W de la (?:otra|siguiente) semana"
        "|(?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante),? (?:el )?W|(?:el )?W entrante"
        "|de (?:este |el )?W en ocho|W en (?:ocho|una semana)",
        "last_weekday": "(?:el )?W pasado|(?:el )?pasado W|(?:el )?W anterior|(?:el )?W ultimo",
        "weekday": "(?:(?:este|el|proximo) )?W",
        "mid_next_week": "(?:a )?mediados de (?:la )?(?:proxima semana|semana que viene|semana proxima)"
        "|(?:a )?mitad de (?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante)",
        "early_next_week": "(?:a )?(?:principios|comienzos|inicios) de (?:la )?(?:proxima semana|semana que viene|semana proxima)"
        "|(?:al? )?(?:principio|comienzo|inicio|primeros dias) de (?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante)",
        "end_next_week": "(?:a )?(?:finales|fines|fin|final) de (?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante)"
        "|(?:la )?(?:proxima semana|semana que viene|semana proxima|semana entrante)"
        "|(?:a |al )?(?:final|finales|fines|fin) de (?:la )?(?:semana siguiente|otra semana|sem\\.? que viene)|la otra semana"
        "|(?:la )?semana siguiente|prox(?:ima)?\\.? sem(?:ana)?\\.?|en la semana (?:que viene|entrante|proxima)|(?:la )?semana k viene"
        "|semana q viene",
        "week_after_next": "la semana siguiente a la proxima|(?:la )?semana (?:despues de la proxima|subsiguiente)|(?:la )?siguiente semana a la proxima",
        "end_week": "(?:a )?(?<!buen\\x20)(?<!feliz\\x20)(?:finales|fines|final|fin) de (?:la |esta )?semana"
        "|(?:durante |en el transcurso de )?esta (?:misma )?semana|(?:antes del|para el|hasta el) (?:fin de semana|finde)"
        "|(?:dentro de|en|durante|en el curso de|a lo largo de) la (?:presente )?semana|esta sem(?:ana)?|antes de que (?:cierre|acabe|termine) la semana"
        "|en lo que resta de la semana|entre semana",
        "last_week": "(?:la )?semana pasada",
        "end_next_month": "(?:el )?ultimo dia del (?:N)|(?:a )?(?:finales|fines|fin|final) del (?:mes que viene|proximo mes|mes proximo)"
        "|(?:el )?(?:mes que viene|proximo mes|mes proximo|mes entrante)|(?:a |al )?(?:finales|fines|fin|final) de(?:l)? (?:N)"
        "|(?:el )?(?:N)",
        "mid_next_month": "(?:a )?mediados del (?:mes que viene|proximo mes)|(?:a )?(?:mediados|mitad) de(?:l)? (?:N)",
        "early_next_month": "(?:a )?(?:principios|comienzos|inicios) del (?:mes que viene|proximo mes)"
        "|(?:a |al |el )?(?:principios|comienzos|inicios|inicio|principio|primero|uno|1o?) de(?:l)? (?:N)"
        "|(?:los )?primeros dias de(?:l)? (?:N)",
        "mid_month": "(?:a )?mediados (?:de|del|de este) mes|(?:a )?mitad de(?:l)? mes|(?:la )?mitad del mes",
        "end_month": "(?:a )?(?:finales|fines|fin|final) (?:de|del|de este|del presente) mes|(?:durante )?este (?:mismo )?mes|el ultimo dia del mes|(?:el )?dia ultimo(?! d)"
        "|cierre de mes|antes de acabar el mes|(?:a |al )?(?:fin|final|finales|fines) de(?: este|l presente|l)? mes(?: en curso)?"
        "|(?:el )?ultimo dia de(?:l)? mes|(?:el )?cierre del mes|(?:dentro de|en) este mes|en el mes en curso|en el transcurso del mes"
        "|antes de que (?:acabe|termine) el mes|a ultimos(?: de mes)?",
        "end_of_named_month": "(?:a )?(?:finales|fines|fin|final) (?:del mes )?de M|(?:el )?ultimo dia de M|(?:a )?ultimos de M"
        "|(?:la )?(?:segunda|2a) quincena de M|(?:la )?ultima semana de M|cierre de M|(?:a )?(?:finales|fines|fin|final) M",
        "mid_named_month": "(?:a )?mediados (?:del mes )?de M|(?:la )?(?:primera|1a) quincena de M|(?:a )?mitad de M",
        "early_named_month": "(?:a )?(?:principios|comienzos|inicios) (?:del mes )?de M|(?:la )?primera semana de M|(?:los )?primeros dias de M"
        "|(?:a )?primeros de M|(?:al )?(?:inicio|comienzo|principio) de M",
        "end_year": "(?:a )?(?:finales|fines|fin|final) de(?:l)? ano",
        "in_month": "(?:en|durante|en el mes de) M|(?:hasta|para|antes de) M",
        "end_of_day": "(?:a |al )?(?:final|fin|cierre) del dia|antes de cerrar el dia|(?:a )?ultima hora|(?:antes del?|al|a) (?:mediodia|medio dia)",
        "just_now": "(?:acabo|acabamos|acaba|acaban) de (?:[a-z]{1,14} ){0,1}[a-z]{4,14}"
        "|recien (?:[a-z']{1,14} ){0,3}(?:hecho|hecha|pagad[oa]|enviad[oa]|salio|transferid[oa]|pague|hice|transferi|mande|deposite)"
        "|hace (?:(?:un|unos|una|media|dos|cinco|diez|\\d{1,2}) )?(?:momentos?|ratos?|ratito|minutos?|horas?|instantes?|segundos?|hora)"
        "|ahorita (?:mismo )?(?:pague|hice|mande|transferi|deposite)|hace nada",
        "now": "(?:pago|pagamos|transfiero|transferimos|deposito|hago|mando) (?:[a-z']{1,14} ){0,3}(?:ahora mismo|ahorita|ahora)"
        "|(?:ahora mismo|ahorita) (?:[a-z']{1,14} ){0,3}(?:pago|pagamos|transfiero|deposito|hago|mando)|ahora mismo|ahorita mismo|ya mismo",
        "weekday_after_next": "W en quince|W en dos semanas|de (?:este |el )?W en quince|W de la semana (?:siguiente a la proxima|despues de la proxima)",
        "week_from_today": "(?:de )?hoy en (?:ocho|una semana)(?: dias)?",
        "week_from_tomorrow": "(?:de )?manana en (?:ocho|una semana)(?: dias)?",
        "mid_week": "(?:a )?(?:mediados|mitad) de (?:la |esta )?semana",
        "early_week": "(?:a |al |el )(?:principios|comienzos|inicios|inicio|principio) de (?:la )?semana(?! que| prox| entr)",
        "early_month": "(?:a |al )?(?:principios|comienzos|inicios|inicio|principio) de(?:l)? mes(?! que| prox| entr)|(?:el )?(?:primero|uno) de mes",
        "end_month_business": "(?:el )?ultimo dia (?:habil|laborable|laboral) de(?:l)?(?: este)? mes",
        "last_weekday_of_month": "(?:el )?ultimo W de(?:l| este)? mes",
        "first_weekday_next_month": "(?:el )?primer W (?:de |del )?(?:N)",
        "day_next_month": "(?:(?:el|al|para el)(?: dia)? |(?:el )?dia )?D de(?:l)? (?:N)",
        "business_day": "(?:el )?D dia (?:habil|laborable|laboral)(?: (?:del|de cada) mes)?",
        "business_day_next_month": "(?:el )?D dia (?:habil|laborable|laboral) de(?:l)? (?:N)",
        "end_quarter": "(?:que )?(?:acabe|termine|cierre) el trimestre|(?:a |al )?(?:fin|final|finales|cierre) de(?:l)? trimestre",
        "half_month": "(?:en |con |por |a |para )?(?:la|esta) quincena",
    },
    "it": {
        "today": "oggi(?: stesso| pomeriggio)?|stasera|stamattina|stamani|questo pomeriggio|in giornata|entro la giornata|entro sera|in data odierna"
        "|odiern[oa]|oggi (?:in giornata|sera|mattina|a mezzogiorno)|entro oggi|stanotte|questa (?:mattina|sera)|st'oggi",
        "tomorrow": "domani(?: mattina| pomeriggio| sera)?|domattina|domani (?:in giornata|stesso|notte|a mezzogiorno)|dmn|domani (?:in )?mattinata",
        "after_tomorrow": "dopodomani",
        "yesterday": "ieri(?: sera| pomeriggio| mattina)?|ieri (?:notte|mattina)|l'altra sera",
        "before_yesterday": "l'altro ieri|ieri l'altro|altroieri",
        "next_weekday": "(?:il )?prossimo W|W (?:prossimo|prossima|della (?:prossima settimana|settimana prossima))|W (?:di )?(?:un'altra settimana)"
        "|W che viene(?! (?:[ai]l?|lo|la|le|gli|un|una|uno|mio|mia|nostr\\w|qui|da|in|con)(?!\\w)| l')|W (?:della )?(?:settimana entrante|settimana che viene|settimana dopo)"
        "|(?:la )?(?:prossima settimana|settimana prossima),? W|W pross\\.?|W a otto|W fra una settimana|W successivo",
        "last_weekday": "(?:lo )?scorso W|W (?:scorso|scorsa|passato)|W (?:scors[oa]|passat[oa]|u\\.?s\\.?)",
        "weekday": "(?:(?:questo|di|per|entro) )?W",
        "mid_next_week": "(?:a )?meta (?:della )?(?:prossima settimana|settimana prossima)|(?:a )?(?:meta|meta') (?:della )?(?:settimana entrante)",
        "early_next_week": "(?:(?:ad?|all'|l') ?)?inizio (?:della )?(?:prossima settimana|settimana prossima)"
        "|(?:i )?primi (?:giorni )?della (?:prossima settimana|settimana prossima)"
        "|(?:ad?|all'|l')? ?inizi della (?:prossima settimana|settimana prossima)"
        "|(?:i |nei |ai )?primi (?:giorni )?della (?:prossima settimana|settimana prossima|settimana entrante)",
        "end_next_week": "(?:(?:a|la|entro) )?fine (?:della )?(?:prossima settimana|settimana prossima|settimana entrante)"
        "|(?:(?:la|in) )?(?:prossima settimana|settimana prossima|settimana entrante)"
        "|(?:entro |nella |nel corso della |durante la )(?:prossima settimana|settimana prossima|settimana entrante)"
        "|la settimana (?:che viene|dopo)|(?:prox|pross\\.?) sett(?:imana|\\.)?|sett\\.? pross(?:ima|\\.)?",
        "week_after_next": "la settimana successiva alla prossima|(?:la )?settimana (?:dopo la prossima|successiva)",
        "end_week": "(?<!buon\\x20)(?<!buona\\x20)(?:(?:a|la|entro|di|il|nel) )?(?:fine (?:di questa |della |di )?settimana|fine-settimana|finesettimana)"
        "|(?:(?:in|entro) )?questa settimana|(?:entro|in|durante) (?:la )?settimana|entro (?:questa|la) settimana|in settimana"
        "|(?:prima (?:del|di questo)|entro il|per il) (?:fine settimana|weekend|week-end)|prima di sabato|nel corso della settimana"
        "|nell'arco della settimana|(?:in )?sett\\.? corrente|fine sett\\.?|settimana in corso|entro sett\\.?",
        "last_week": "(?:la )?settimana scorsa|(?:la )?scorsa settimana",
        "end_next_month": "(?:l')?ultimo giorno del (?:N)|(?:(?:a|la|entro) )?fine (?:del )?(?:mese prossimo|prossimo mese)|(?:(?:il|nel) )?(?:mese prossimo|prossimo mese)"
        "|(?:(?:a|la|entro) )?fine (?:del )?(?:N)|(?:nel |il )?(?:N)",
        "mid_next_month": "(?:a )?meta (?:del )?(?:mese prossimo|prossimo mese)|(?:a )?meta (?:del )?(?:N)",
        "early_next_month": "(?:(?:ad?|all'|l') ?)?inizio (?:del )?(?:mese prossimo|prossimo mese)|(?:i )?primi (?:giorni )?del (?:mese prossimo|prossimo mese)"
        "|(?:ad?|all'|l')? ?inizio (?:del )?(?:N)|(?:ai |i )?primi (?:giorni )?(?:del )?(?:N)|(?:il )?(?:primo|1o?) (?:del )?(?:N)",
        "mid_month": "(?:a )?meta (?:del )?mese",
        "end_month": "(?:(?:a|la|entro|per) )?fine (?:del |di questo )?mese(?: corrente)?|(?:(?:in|entro) )?(?:questo mese|il mese)"
        "|(?:nel )?mese in corso|f\\.m\\.|(?:entro |per )?l'ultimo giorno del mese|ultimo (?:giorno )?del mese|fine mese(?: corrente)?"
        "|(?:entro |a )?fine mese in corso|(?:nel )?corrente mese|a fine (?:di questo )?mese|entro (?:il )?mese|chiusura (?:del )?mese",
        "end_of_named_month": "(?:(?:a|la|entro) )?fine (?:del mese )?(?:di )?M|(?:l')?ultimo (?:giorno )?(?:di )?M|(?:l')?ultima settimana di M"
        "|(?:la )?seconda (?:quindicina|meta) di M|fine mese (?:di )?M",
        "mid_named_month": "(?:a )?meta (?:di )?M|(?:la )?prima (?:quindicina|meta) di M",
        "early_named_month": "(?:(?:ad?|all'|l') ?)?inizio (?:di )?M|(?:ai |i )?primi (?:giorni )?di M|(?:la )?prima settimana di M"
        "|(?:nei |entro i )?primi (?:giorni )?di M|inizi (?:di )?M",
        "end_year": "(?:(?:a|la|entro) )?fine (?:dell')?anno",
        "in_month": "(?:a|in|nel mese di) M|(?:entro|fino a|per) M",
        "end_of_day": "(?:a |entro |in )?(?:fine|chiusura) (?:della )?giornata|entro (?:stasera|sera)|(?:entro|prima di|a) mezzogiorno",
        "just_now": "(?:ho|abbiamo|ha|hanno|e|e stato|e stata|l'ho|gliel'ho|ti ho|vi ho|le ho) (?:or ora |proprio ora )?appena (?:[a-z']{1,14} ){0,3}(?:fatto|pagato|inviato|mandato|bonificato|eseguito|effettuato|disposto|saldato|spedito|partito|versato|disposta|fatta)"
        "|appena (?:fatto|pagato|inviato|bonificato|eseguito|effettuato|disposto|saldato|partito|spedito|versato|mandato)|poco fa"
        "|(?:un'|un |due |cinque |dieci |pochi |\\d{1,2} )(?:ora|ore|minuti|minuto|attimo|momento|istanti) fa|un'ora fa|or ora"
        "|proprio adesso|in questo momento|in questo istante",
        "now": "(?:pago|paghiamo|bonifico|faccio|facciamo|salvo|verso) (?:[a-z']{1,14} ){0,3}(?:adesso|ora)"
        "|pagat[aoei] (?:ora|adesso)|(?:adesso|ora) (?:pago|paghiamo|faccio il bonifico|bonifico)",
        "weekday_after_next": "W fra due settimane|W tra due settimane|W a quindici|W (?:della )?settimana (?:dopo la prossima|successiva alla prossima)",
        "week_from_today": "oggi a otto|(?:fra|tra) una settimana esatta",
        "week_from_tomorrow": "domani a otto",
        "mid_week": "(?:a )?meta (?:di questa |della |di )?settimana(?! pros)",
        "early_week": "(?:ad?|all'|l')? ?inizio (?:della |di )?settimana(?! pros)",
        "early_month": "(?:ad?|all'|l')? ?inizio (?:del )?mese(?! pros)|(?:il )?primo del mese|(?:ai |i )?primi del mese(?! pros)",
        "end_month_business": "(?:l')?ultimo giorno (?:lavorativo|feriale) del mese",
        "last_weekday_of_month": "(?:l')?ultim[oa] W del mese",
        "first_weekday_next_month": "(?:il )?prim[oa] W (?:del |di )?(?:N)",
        "day_next_month": "(?:(?:il|al|entro il|per il|giorno) )?D (?:del |di )?(?:N)",
        "business_day": "(?:il |entro il |al )?D giorno (?:lavorativo|feriale)(?: (?:del|di ogni) mese)?",
        "business_day_next_month": "(?:il |entro il |al )?D giorno (?:lavorativo|feriale) (?:del )?(?:N)",
        "end_quarter": "(?:che )?(?:finisca|si chiuda) il trimestre|(?:(?:a|la|entro) )?fine (?:del )?trimestre",
    },
    "nl": {
        "today": "vandaag(?: nog)?|vanavond|vanmiddag|vanochtend|nog vandaag|heden|(?:van)?daag"
        "|deze (?:ochtend|middag|namiddag|avond|voormiddag|morgen)|vannacht|vanmorgen|vanvoormiddag|vandaag de dag|datum van vandaag"
        "|hedenmorgen|vnd",
        "tomorrow": "morgen(?:ochtend|middag|avond| vroeg)?|morgen(?:vroeg|namiddag|voormiddag)|morgen (?:in de loop van de dag|overdag|ochtend|middag)"
        "|mrgn",
        "after_tomorrow": "overmorgen",
        "yesterday": "gister(?:en|avond|middag|ochtend)?|gister(?:enavond|enmiddag|enochtend|morgen|namiddag)"
        "|gisteren(?:avond|middag|ochtend|namiddag|voormiddag)|gistren",
        "before_yesterday": "eergisteren",
        "next_weekday": "volgende W|W (?:over een week|volgende week)|volgende week W|W in de week daarop|W (?:de )?week (?:erop|daarop)"
        "|(?:volgende|komende) week,? (?:op )?W|W (?:van )?(?:volgende|komende|de volgende|de komende) week|W (?:in|over) (?:een|1) week"
        "|W over acht dagen|volgende week op W|W volg(?:ende)?\\.? week",
        "last_weekday": "(?:afgelopen|vorige|jongstleden) W|W (?:jl|j\\.l\\.?|jongstleden)|(?:afgelopen|verleden|laatstleden|vorige) W"
        "|W (?:laatstleden|l\\.?l\\.?)",
        "weekday": "(?:(?:op|aanstaande|komende|deze|a\\.?s\\.?|voor) ){0,2}W(?: a\\.?s\\.?)?",
        "mid_next_week": "(?:halverwege|midden|medio) (?:van )?(?:volgende|komende) week|(?:halverwege|midden|medio) (?:van )?de (?:volgende|komende) week",
        "early_next_week": "(?:begin|aan het begin van|begin van) (?:volgende|komende) week|(?:het )?begin (?:van )?(?:de )?(?:volgende|komende) week"
        "|begin vlg\\.? week",
        "end_next_week": "(?:(?:aan het )?(?:einde?|eind) (?:van )?)?(?:volgende|komende) week|eind volgende week"
        "|(?:(?:aan het )?(?:het )?(?:einde?|eind) (?:van )?)?(?:de )?(?:volgende|komende|vlg\\.?) wk\\.?"
        "|(?:einde?|eind) (?:van )?de (?:volgende|komende) week|in de loop van (?:volgende|komende) week|de week (?:daarop|erop)",
        "week_after_next": "de week erna|(?:de )?week (?:erna|daarna|na volgende week)",
        "end_week": "(?:aan het )?(?:einde?|eind) (?:van )?(?:de|deze) week|(?:in )?de loop van (?:de|deze) week|deze week|voor (?:het|dit) weekend"
        "|(?:aan het )?(?:het )?(?:einde?|eind)(?: van)? (?:de |deze )?(?:werk)?week|(?:tegen|uiterlijk) het weekend|(?:voor|tegen) het weekeinde"
        "|nog deze week|van de week|deze wk|einde wk|in de week",
        "last_week": "(?:vorige|afgelopen) week",
        "end_next_month": "(?:de )?laatste dag van (?:de )?(?:N)|(?:(?:einde?|eind) (?:van )?)?(?:volgende|komende) maand|(?:(?:aan het )?(?:het )?(?:einde?|eind) (?:van )?(?:de )?)?(?:N)",
        "mid_next_month": "(?:halverwege|medio) (?:volgende|komende) maand|(?:halverwege|medio|midden|half) (?:van )?(?:de )?(?:N)",
        "early_next_month": "begin (?:van )?(?:volgende|komende) maand|(?:het )?begin (?:van )?(?:de )?(?:N)|(?:de )?(?:eerste|1e) (?:van )?(?:de )?(?:N)",
        "mid_month": "(?:halverwege|medio|midden) (?:van )?(?:de|deze) maand",
        "end_month": "(?:(?:aan het )?(?:einde?|eind) (?:van )?)?(?:de|deze|der) maand|maandeinde|ultimo|einde maand|eind maand|deze maand"
        "|(?:laatste (?:dag )?van (?:de|deze) maand)|(?:einde?|eind)(?: van)? (?:de|deze|lopende) maand|einde vd maand|eind vd maand"
        "|eind mnd|eind (?:deze|v\\.?d\\.?) mnd|nog deze maand|(?:het )?eind(?:e)? (?:van )?de lopende maand|maandafsluiting",
        "end_of_named_month": "(?:einde?|eind) (?:van )?M|ultimo M|(?:de )?laatste (?:dag )?van M|(?:de )?laatste week van M|(?:de )?tweede helft van M"
        "|(?:het )?(?:einde?|eind) van M",
        "mid_named_month": "(?:half|medio|midden|halverwege) M|(?:de )?eerste helft van M",
        "early_named_month": "begin M|(?:het )?begin van M|(?:de |in de )?eerste (?:week|dagen) van M|begin maand M",
        "end_year": "(?:einde?|eind) (?:van )?(?:het |dit )?jaar",
        "in_month": "in (?:de maand )?M|(?:tot|tegen|voor|uiterlijk) M",
        "end_of_day": "(?:voor |aan het )?(?:einde?|eind) van de (?:werk)?dag|einde dag|(?:voor|rond|tegen|tijdens) (?:de )?(?:middag|lunch)",
        "just_now": "(?:net|zojuist|zonet|daarnet|daarjuist|zopas|zo-even|juist|daarstraks) (?:[a-z']{1,14} ){0,3}(?:gepind|betaald|overgeboekt|overgemaakt|verstuurd|verzonden|voldaan|gestort|gedrukt|gedaan|uitgevoerd|aangeboden|ingesteld|weg|gepost|geregeld|vrijgegeven|goedgekeurd|geswisht|getikkied|gegaan)"
        "|(?:[a-z']{1,14} ){0,3}(?:zojuist|zonet|daarnet|daarjuist|zopas)"
        "|(?:een|twee|vijf|tien|half|paar|\\d{1,2}) (?:minuten|minuut|minuutje|uur|uurtje|tellen|moment(?:je)?) geleden|net pas",
        "now": "(?:nu|meteen|direct) (?:goed |direct |meteen |gelijk )?(?:gedaan|betaald|overgemaakt|overgeboekt|gestort)|(?:betaal|betalen|maak|boek) (?:[a-z']{1,14} ){0,3}nu",
        "weekday_after_next": "W over (?:twee|2) weken|W over (?:veertien|14) dagen|W (?:in )?de week na volgende week",
        "week_from_today": "vandaag over (?:een|1) week|over precies een week|vandaag over acht dagen",
        "week_from_tomorrow": "morgen over (?:een|1) week",
        "mid_week": "(?:halverwege|midden) (?:van )?(?:de|deze) week|medio (?:deze )?week|midweeks?",
        "early_week": "(?:het )?begin van de week|begin (?:deze )?week",
        "early_month": "(?:het )?begin (?:van )?(?:de |deze )?maand|(?:de )?eerste van de maand",
        "end_month_business": "(?:de )?laatste (?:werkdag|bankwerkdag) van (?:de|deze) maand",
        "last_weekday_of_month": "(?:de )?laatste W van (?:de|deze) maand",
        "first_weekday_next_month": "(?:de )?eerste W (?:van|in) (?:de )?(?:N)",
        "day_next_month": "(?:(?:op |voor |per |uiterlijk )?(?:de )?)?D (?:van )?(?:de )?(?:N)",
        "business_day": "(?:de )?D (?:werkdag|bankwerkdag)(?: van (?:de|elke) maand)?",
        "business_day_next_month": "(?:de )?D (?:werkdag|bankwerkdag) van (?:de )?(?:N)",
        "end_quarter": "(?:voor(?:dat)? )?(?:het )?kwartaal (?:om|voorbij|afgelopen) is|(?:(?:aan het )?(?:einde?|eind) (?:van )?)(?:het |dit )?kwartaal|kwartaaleinde",
    },
    "pt": {
        "today": "hoje(?: mesmo| a tarde| ainda)?|esta (?:tarde|noite|manha)|ainda hoje|hj|hoje (?:de manha|a noite|sem falta|cedo)|com data de hoje"
        "|dia de hoje|hj (?:mesmo|ainda)?",
        "tomorrow": "amanha(?: de manha| a tarde| cedo)?|amanha (?:sem falta|a noite|pela manha|mesmo|de tarde)|amanha|amnh",
        "after_tomorrow": "depois de amanha",
        "yesterday": "ontem(?: a tarde| a noite)?|ontem (?:de manha|de tarde|mesmo|cedo)",
        "before_yesterday": "anteontem",
        "next_weekday": "(?:n?a )?proxim[ao] W|W (?:que vem|da (?:proxima semana|semana que vem)|da semana seguinte)|W da semana proxima"
        "|(?:n?a )?W (?:da )?(?:outra semana|semana que entra|semana a seguir)"
        "|(?:n?a )?(?:proxima semana|semana que vem|semana proxima),? (?:na )?W|W q vem|W seguinte|de W a oito|W daqui a uma semana"
        "|(?:n?a )?outra W|prox\\.? W",
        "last_weekday": "(?:n?a )?(?:ultim[ao]|passad[ao]) W|W passad[ao]|(?:n?a )?W (?:anterior|que passou)",
        "weekday": "(?:n[ao]|nest[ae]|est[ae]|ate(?: a)?|para) W"
        "|(?:(?:pr[ao]|pra a|para a|a|d[ae]|desta|dessa|nessa|essa|toda) )?(?:W)(?!\\x20(?:vias?|parcelas?|vez|vezes|prestac|notas?|faturas?|cobranc|tentativa|pessoa|linha|semana|quinzena|parte|assinat|prorrog|fase|entrega|metade|loja|conta|mensag|carta|carga|reuniao|chance|opcao|mao|feiras?\\x20santa))",
        "mid_next_week": "(?:em )?meados da (?:proxima semana|semana que vem)|meio da (?:proxima semana|semana que vem)"
        "|(?:no |a )?meio da (?:semana proxima|outra semana)|(?:a |em )?meados da (?:semana proxima)",
        "early_next_week": "(?:no )?(?:inicio|comeco|principio) da (?:proxima semana|semana que vem)"
        "|(?:n?o |logo no )?(?:inicio|comeco|principio) da (?:semana proxima|semana que entra|outra semana)|comecinho da semana que vem",
        "end_next_week": "(?:(?:no |ate o |ate ao )?(?:fim|final) da )?(?:n?a )?(?:proxima semana|semana que vem|semana proxima)"
        "|(?:(?:n?o |ate o |ate ao )?(?:fim|final) da )?(?:n?a )?(?:semana (?:q|k) vem|semana que entra|outra semana|semana seguinte|prox\\.? semana)"
        "|fim da semana proxima",
        "week_after_next": "a semana a seguir a proxima|(?:n?a )?semana (?:depois da proxima|a seguir a proxima)",
        "end_week": "(?:(?:n?o |ate o |ate ao )?(?:fim|final) d(?:a|esta) )semana|(?:durante )?(?:n?esta|essa|nessa) semana"
        "|(?:ate o |ate ao |antes do |pro |para o )(?:fim[- ]de[- ]semana|fds|final de semana)"
        "|(?:ao longo|no decorrer|durante|dentro) da semana|na semana(?! que| pass| prox| seg)|ainda esta semana|nesta semana",
        "last_week": "(?:n?a )?semana passada",
        "end_next_month": "(?:n?o )?ultimo dia do (?:N)|(?:(?:n?o |ate o |ate ao )?(?:fim|final) do )?(?:proximo mes|mes que vem)|no mes que vem"
        "|(?:(?:n?o |ate o |ate ao )?(?:fim|final) d[oe] )?(?:n?o )?(?:N)",
        "mid_next_month": "(?:em )?meados do (?:proximo mes|mes que vem)|(?:em |a )?(?:meados|meio) d[oe] (?:N)",
        "early_next_month": "(?:no )?(?:inicio|comeco|principio) do (?:proximo mes|mes que vem)|(?:n?o )?(?:inicio|comeco|principio) d[oe] (?:N)"
        "|(?:nos |os )?primeiros dias d[oe] (?:N)|(?:dia )?(?:primeiro|1o?) d[oe] (?:N)",
        "mid_month": "(?:em |a )?(?:meados|meio) do mes",
        "end_month": "(?:(?:n?o |ate o |ate ao )?(?:fim|final) d(?:o|este) )mes(?: corrente)?|(?:ainda )?(?:n?este|esse|nesse) mes|fim de mes"
        "|fecho do mes|(?:n?o |ate o |ate ao |ate )?(?:fim|final|finzinho) (?:do |deste |desse |de )?mes(?: corrente)?"
        "|(?:o )?ultimo dia do mes|mes corrente|neste mes|fecho de mes|fechamento do mes|virada do mes|dentro do mes",
        "end_of_named_month": "(?:n?o |ate o |ate ao )?(?:fim|final|finais) (?:do mes )?de M|(?:o )?ultimo dia de M|(?:n?a )?segunda quinzena de M"
        "|(?:n?a )?ultima semana de M|(?:n?o )?(?:fim|final|finzinho) (?:do mes )?de M",
        "mid_named_month": "(?:em |a )?(?:meados|meio) de M|(?:n?a )?primeira quinzena de M",
        "early_named_month": "(?:no )?(?:inicio|comeco|principio) (?:do mes )?de M|(?:n?a )?primeira semana de M|(?:nos )?primeiros dias de M"
        "|(?:em )?principios de M|(?:no )?comecinho de M",
        "end_year": "(?:fim|final) do ano",
        "in_month": "(?:em|durante) M|(?:ate|para) M",
        "end_of_day": "(?:n?o |ate (?:o |ao )?)?(?:fim|final) do dia|fecho do dia|(?:ate|antes d[oe]|ao) (?:o )?(?:meio-dia|meio dia|almoco)",
        "just_now": "(?:acabei|acabamos|acabou|acabo|acaba) (?:mesmo )?de (?:[a-z]{1,10} ){0,1}[a-z]{4,14}|agora (?:mesmo|ha pouco|pouco)|ainda agora"
        "|ha (?:um|uns|uma|dois|cinco|dez|pouco|poucos|\\d{1,2}) ?(?:minutos?|minutinhos?|horas?|instantes?|bocado|bocadinho|segundos?)"
        "|ha pouco|faz (?:um|uns|\\d{1,2}) (?:minutos?|minutinhos?)|(?:paguei|fiz|transferi|mandei|enviei) (?:[a-z']{1,14} ){0,3}agora"
        "|neste (?:momento|instante)|indagora|ind'agora",
        "now": "(?:pago|pagamos|transfiro|faco|fazemos|deposito|mando) (?:[a-z']{1,14} ){0,3}agora"
        "|agora (?:[a-z']{1,14} ){0,3}(?:pago|faco|transfiro)",
        "weekday_after_next": "W daqui a (?:duas semanas|quinze dias|15 dias)|de W a quinze|W da semana (?:a seguir a proxima|depois da proxima)",
        "week_from_today": "de hoje a oito(?: dias)?|hoje a oito(?: dias)?",
        "week_from_tomorrow": "de amanha a oito(?: dias)?",
        "mid_week": "(?:em |a |no )?(?:meados|meio) da semana(?! que)",
        "early_week": "(?:no )?(?:inicio|comeco|principio) da semana(?! que)",
        "early_month": "(?:n?o )?(?:inicio|comeco|principio|comecinho) (?:do|de) mes(?! que)|(?:dia )?primeiro do mes",
        "end_month_business": "(?:o |no )?ultimo dia util do mes",
        "last_weekday_of_month": "(?:n?a )?ultim[oa] W do mes",
        "first_weekday_next_month": "(?:n?a )?primeir[oa] W (?:do |de )?(?:N)",
        "day_next_month": "(?:n?o |ao |ate o |ate ao |ate |pro |para o |pra )?(?:dia )?D (?:dia )?(?:do |de )?(?:N)",
        "business_day": "(?:n?o |ate o |ate ao |pro )?D dia util(?: (?:do|de cada) mes)?",
        "business_day_next_month": "(?:n?o |ate o |ate ao |pro )?D dia util (?:do )?(?:N)",
        "end_quarter": "(?:que )?(?:acabe|termine|feche) o trimestre|(?:n?o |ate o |ate ao )?(?:fim|final) do trimestre",
        "half_month": "(?:n?a|esta|nesta) quinzena",
    },
    "pl": {
        "today": "dzis(?:iaj)?|dzisiejszym|dzis wieczorem|jeszcze dzis(?:iaj)?|dzisiejsz\\w{1,3}|na dzis|z dzisiaj|jeszcze dzis"
        "|dzis(?:iaj)? (?:rano|po poludniu|wieczorem)",
        "tomorrow": "jutro(?: rano| po poludniu)?|jutra|jutrzejszym|jutrzejsz\\w{1,3}|na jutro|jutro (?:z rana|wieczorem|w ciagu dnia)|jutr(?:o|a|em)",
        "after_tomorrow": "pojutrze|po jutrze",
        "yesterday": "wczoraj(?:szym)?|wczorajsz\\w{1,3}|wczoraj (?:wieczorem|rano|po poludniu)",
        "before_yesterday": "przedwczoraj",
        "next_weekday": "(?:w |na )?(?:przyszl[yaei](?:m)?|nastepn[yaei](?:m)?) W|W w (?:przyszlym|nastepnym) tygodniu|W przyszlego tygodnia"
        "|w przyszlym tygodniu,? w W|(?:w |na |do )?(?:przyszl\\w{1,3}|nastepn\\w{1,3}) W"
        "|W (?:w )?(?:przyszlym|nastepnym|kolejnym) tyg(?:odniu|\\.)?|(?:w )?(?:przyszlym|nastepnym|kolejnym) tygodniu,? ?(?:w |we )?W"
        "|za tydzien (?:w |we )?W|(?:w |we )?W za tydzien|W nastepnego tygodnia",
        "last_weekday": "(?:w )?(?:zeszl[yaeia]|ubiegl[yaei]|miniony|ostatni[aey]?)(?:a)? W"
        "|(?:w |we )?(?:zeszl\\w{1,3}|ubiegl\\w{1,3}|minion\\w{1,3}|ostatni\\w{0,2}) W",
        "weekday": "(?:(?:w|we|do|na|najblizsz[yae]|najblizsza|ten|te|tego|najblizszego) ){0,2}W",
        "mid_next_week": "(?:w )?polowie (?:przyszlego|nastepnego) tygodnia|(?:w |do )?polow(?:ie|y) (?:przyszlego|nastepnego|kolejnego) tygodnia"
        "|w srodku (?:przyszlego|nastepnego) tygodnia",
        "early_next_week": "(?:na )?pocz(?:atku|atkiem) (?:przyszlego|nastepnego) tygodnia"
        "|(?:na |z )?poczatk(?:u|iem) (?:przyszlego|nastepnego|kolejnego) (?:tygodnia|tyg\\.?)",
        "end_next_week": "(?:(?:do |pod |na )?kon(?:ca|iec|cem|cu) )?(?:przyszlego|nastepnego) tygodnia|(?:w )?(?:przyszlym|nastepnym) tygodniu"
        "|w ciagu przyszlego tygodnia"
        "|(?:(?:do |pod |na |z )?(?:kon(?:ca|iec|cem|cu)|koniec) )?(?:przyszlego|nastepnego|kolejnego|nadchodzacego) (?:tygodnia|tyg\\.?)"
        "|(?:w )?(?:przyszlym|nastepnym|kolejnym|nadchodzacym) (?:tygodniu|tyg\\.?)|na przyszly tydzien|(?:w )?nast\\.? tyg\\.?"
        "|(?:w )?przysz\\.? tyg\\.?",
        "week_after_next": "za dwa tygodnie od dzis|(?:za )?dwa tygodnie od dzis|(?:w )?(?:tygodniu|tydzien) po nastepnym",
        "end_week": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) (?:tego |biezacego )?tygodnia|(?:jeszcze )?w tym tygodniu|w ciagu tego tygodnia"
        "|(?:do weekendu|przed weekendem|pod weekend|na weekend)|(?:do |na )?kon(?:ca|iec) tyg\\.?|w (?:tym|biezacym) (?:tyg\\.?|tygodniu)"
        "|jeszcze w tym tyg\\.?|do konca roboczego tygodnia|w tygodniu(?! po)",
        "last_week": "(?:w )?(?:zeszlym|ubieglym|minionym) tygodniu",
        "end_next_month": "ostatni(?:ego|m)? (?:dnia|dzien|dniu) (?:N)|(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) (?:przyszlego|nastepnego) miesiaca|(?:w )?(?:przyszlym|nastepnym) miesiacu"
        "|(?:(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) )?(?:N)|na przyszly miesiac",
        "mid_next_month": "(?:w |do )?polow(?:ie|y) (?:przyszlego|nastepnego) miesiaca|(?:w |do )?polow(?:ie|y) (?:N)",
        "early_next_month": "(?:na )?poczatku (?:przyszlego|nastepnego) miesiaca|(?:na |z )?poczatk(?:u|iem) (?:N)"
        "|(?:do |na )?(?:pierwszego|1-?(?:go|szego)?) (?:N)",
        "mid_month": "(?:w |do )?polow(?:ie|y) (?:tego )?miesiaca|w srodku miesiaca",
        "end_month": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) (?:tego |biezacego |b\\.? ?)?(?:miesiaca|m-ca|mca)|(?:jeszcze )?w tym miesiacu"
        "|w biezacym miesiacu|(?:do |na |w )?ostatni(?:ego|m)? (?:dnia|dzien|dniu) (?:tego )?(?:miesiaca|m-ca)"
        "|(?:do |na |pod |z )?kon(?:ca|iec|cem|cu) (?:biez(?:\\.|acego)? )?(?:m-ca|mies\\.?|mca|miesiaca)|w tym (?:m-cu|mies\\.)|do ostatniego"
        "|z uplywem miesiaca|w ciagu tego miesiaca",
        "end_of_named_month": "(?:do |pod |na |z )?kon(?:ca|iec|cem|cu) M|(?:do |na |w )?ostatni(?:ego|m)? (?:(?:dnia|dzien|dniu) )?M"
        "|(?:w )?(?:drugiej polowie|druga polowa) M|(?:w )?ostatnim tygodniu M",
        "mid_named_month": "(?:w |do )?polow(?:ie|y|a) M|(?:w )?(?:pierwszej polowie|pierwsza polowa) M|w srodku M",
        "early_named_month": "(?:na )?poczatku M|(?:na |z )?poczatk(?:u|iem) M|(?:w )?pierwszym tygodniu M|(?:w )?pierwszych dniach M",
        "end_year": "(?:do |pod )?kon(?:ca|iec|cu) (?:tego )?roku",
        "in_month": "w M|do M",
        "end_of_day": "(?:do |na |pod )?kon(?:ca|iec) dnia|(?:do|przed|w) poludni(?:a|em|e)",
        "just_now": "przed (?:chwila|momentem|chwilka|minuta|godzina|sekunda)"
        "|(?:chwile|chwilke|moment|minute|godzine|\\d{1,2} (?:minut|min|godzin)\\w{0,1}|pare minut|kilka minut|piec minut) temu"
        "|wlasnie (?:[a-z']{1,14} ){0,3}(?:zaplacil\\w{1,4}|zrobil\\w{1,4}|wyslal\\w{1,4}|poszl\\w{1,2}|poszedl|przelal\\w{1,4}|oplacil\\w{1,4}|wykonal\\w{1,4}|wyszedl|zlecil\\w{1,4}|kliknal\\w{1,4}|puscil\\w{1,4}|oplacon\\w|zaplacon\\w|zatwierdzil\\w{1,4})"
        "|(?:zaplacil\\w{1,4}|zrobil\\w{1,4}|wyslal\\w{1,4}|przelal\\w{1,4}|puscil\\w{1,4}) (?:[a-z']{1,14} ){0,3}wlasnie|w tej chwili"
        "|dopiero co|dzis(?:iaj)? rano",
        "now": "teraz (?:zatwierdz|zaplac|oplac|zrob|wysl)\\w{2,5}|(?:teraz|juz teraz) (?:[a-z']{1,14} ){0,3}(?:place|robie|przelewam|puszczam|wysylam)"
        "|(?:place|przelewam|robie|puszczam) (?:[a-z']{1,14} ){0,3}teraz",
        "weekday_after_next": "za dwa tygodnie (?:w |we )?W|(?:w |we )?W za (?:dwa|2) tygodnie|W za czternascie dni",
        "week_from_today": "(?:od )?dzis(?:iaj)? za tydzien|za tydzien od dzis(?:iaj)?|rowno za tydzien|(?:za|o|w ciagu|do) ty(?:dzien|godnia)"
        "|(?:dajcie|daj|jeszcze|prosze o|jeden) (?:mi |nam )?(?:jeszcze )?tydzien(?: wiecej| oddechu| zwloki)?",
        "week_from_tomorrow": "(?:od )?jutr[oa] za tydzien",
        "mid_week": "(?:w |do )?polow(?:ie|y) (?:tego )?tygodnia|w srodku tygodnia",
        "early_week": "(?:na |z )?poczatk(?:u|iem) tygodnia",
        "early_month": "(?:na |z )?poczatk(?:u|iem) miesiaca|(?:do |na )?pierwszego(?= ?(?:[,.;!?]|$))",
        "end_month_business": "(?:w |do |na )?ostatni(?:ego|m)? (?:dnia|dzien|dniu) robocz(?:y|ego|ym) (?:tego )?miesiaca",
        "last_weekday_of_month": "(?:w )?ostatni[aey]? W (?:tego )?miesiaca",
        "first_weekday_next_month": "(?:w )?pierwsz[aey] W (?:N)",
        "day_next_month": "(?:(?:do|na|w dniu|dnia) )?D (?:dnia )?(?:N)",
        "business_day": "(?:do |w |na )?D (?:dnia|dzien|dniu) robocz(?:y|ego|ym)(?: (?:kazdego )?miesiaca)?",
        "business_day_next_month": "(?:do |w |na )?D (?:dnia|dzien|dniu) robocz(?:y|ego|ym) (?:N)",
        "end_quarter": "(?:przed )?koncem (?:tego )?kwartalu|(?:zanim )?(?:skonczy sie|minie) kwartal|(?:do |na |pod )?kon(?:ca|iec|cu) (?:tego )?kwartalu",
        "month_from_today": "(?:za|o|w ciagu) miesi(?:ac|aca)|(?:jeszcze|dajcie mi|jeden) miesiac",
    },
    "sv": {
        "today": "i ?dag|ikvall|i kvall|i eftermiddag|denna dag|dagens (?:datum|korning|fil|utbetalning|betalning|lopp)|idag"
        "|denna (?:dag|eftermiddag|kvall)|under dagen|i ?dag (?:innan|fore) stangning|i natt",
        "tomorrow": "i ?morgon(?: bitti| formiddag| eftermiddag)?|imorron|i morron|imorrn|morgondag(?:en|ens)|imorgon ?(?:kvall|bitti)?|imorn|imrn"
        "|i morgon kvall|i morrn|i morron bitti",
        "after_tomorrow": "i ?over ?morgon",
        "yesterday": "i ?gar(?: kvall| eftermiddag)?|gardag(?:en|ens)|igar(?:kvall|eftermiddag)?",
        "before_yesterday": "i ?forrgar",
        "next_weekday": "nasta W|W (?:i )?nasta vecka|nasta vecka,? (?:pa )?W|W om en vecka|nastkommande W|nasta vecka,? ?(?:pa )?W"
        "|W (?:i )?(?:nasta|kommande) vecka|W (?:veckan|v\\.?) (?:darpa|efter)|W om atta dagar|W nasta v\\.?|pa W nasta vecka|nasta veckas W",
        "last_weekday": "(?:i )?(?:forra|senaste|sistlidna) (?:veckans )?W|W (?:i )?sista veckan?"
        "|i (?:man|tis|ons|tors|fre|lor|son)dags(?: (?:morse|eftermiddag|kvall|formiddag))?",
        "weekday": "(?:(?:pa|nu|senast|till|kommande|denna|den har) ){0,2}W",
        "mid_next_week": "(?:i )?mitten (?:av|pa) nasta vecka|(?:i )?mitten (?:av|pa) kommande vecka|mitt i nasta vecka",
        "early_next_week": "(?:i )?borjan (?:av|pa) nasta vecka|(?:i )?borjan (?:av|pa) (?:kommande vecka|nasta v\\.?|nastkommande vecka)|tidigt nasta vecka",
        "end_next_week": "(?:(?:i )?slutet (?:av|pa) )?(?:nasta|kommande) vecka|under nasta vecka"
        "|(?:(?:i |mot |vid )?slutet (?:av|pa) )?(?:nastkommande vecka|nasta v\\b\\.?)|(?:under )?kommande veckan?"
        "|(?:under )?nastfoljande vecka|sent nasta vecka|i nasta vecka",
        "week_after_next": "veckan efter nasta|veckan (?:darpa|efter nasta)|vecka efter nasta",
        "end_week": "(?:i )?slutet (?:av|pa) (?:veckan|denna vecka|den har veckan)|(?:under )?(?:den har|denna) veckan?|innan helgen|fore helgen"
        "|i veckan|veckoslutet|(?:i |mot |vid |fore |innan )?(?:veckoslutet|veckans slut|veckoslut)|till helgen|i slutet av v\\.?"
        "|(?:senare |senast )?(?:i |under )?denna vecka|under veckan|nu i veckan|slutet av veckan",
        "last_week": "(?:i )?forra veckan",
        "end_next_month": "(?:den )?sista dagen (?:i )?(?:N)|(?:(?:i )?slutet (?:av|pa) )?(?:nasta|kommande) manad|(?:(?:i |vid |till )?slutet (?:av|pa) )?(?:N)",
        "mid_next_month": "(?:i )?mitten (?:av|pa) nasta manad|(?:i )?mitten (?:av|pa) (?:N)",
        "early_next_month": "(?:i )?borjan (?:av|pa) nasta manad|(?:i )?borjan (?:av|pa) (?:N)|(?:den )?(?:forsta|1:?a) (?:i )?(?:N)",
        "mid_month": "(?:i )?mitten (?:av|pa) (?:manaden|denna manad)",
        "end_month": "(?:(?:i |vid )?slutet (?:av|pa) )(?:manaden|denna manad|den har manaden|innevarande manad)|manadsskiftet|manadsslutet"
        "|(?:under )?(?:denna|den har) manad(?:en)?|(?:i |vid |till )?manadens slut|(?:vid |i |till )?manadsskiftet"
        "|(?:den )?sista (?:dagen )?(?:i |denna )?manaden?|(?:i )?slutet (?:av|pa) (?:innevarande |den har )?man(?:aden|\\.)?|manadsslut"
        "|denna man\\.|innan manaden ar (?:slut|over)|sista i manaden|vid manadens utgang",
        "end_of_named_month": "(?:i )?slutet (?:av|pa) M|sista M|(?:den )?sista (?:dagen )?(?:i )?M|(?:i )?sista veckan (?:i |av )?M|(?:i )?andra halvan av M"
        "|(?:i )?slutet M|(?:vid )?manadsskiftet M",
        "mid_named_month": "(?:i )?mitten (?:av|pa) M|(?:i )?forsta halvan av M|mitten M",
        "early_named_month": "(?:i )?borjan (?:av|pa) M|(?:i )?borjan M|(?:i )?forsta veckan (?:i |av )?M|manadsskiftet M",
        "end_year": "(?:i )?slutet (?:av|pa) aret|arsskiftet",
        "in_month": "i M|(?:till|fram till|senast) M",
        "end_of_day": "(?:i |till |vid )?slutet (?:av|pa) dagen|dagens slut|(?:pa|fore|innan|till) lunch(?:en)?",
        "just_now": "(?:nyss|just|precis|alldeles nyss|nyligen) (?:[a-z']{1,14} ){0,3}(?:betalat|betald|betalt|skickat|skickad|swishat|overfort|overford|fort over|gjort|ivag|lagt|lagd|skickade|betalade|swishade|tryckt|godkant|signerat)"
        "|alldeles nyss|just nu|nyss|i morse"
        "|for (?:en|ett|nagra|tva|fem|tio|\\d{1,2}|en halv) (?:minut(?:er)?|timm(?:e|ar)|stund|ogonblick|sekund(?:er)?) sedan"
        "|nu (?:ar|har|ligger) (?:den|det|jag|vi|betalningen|pengarna|fakturan) (?:[a-z']{1,14} ){0,3}(?:skickad|betald|betalt|betalat|ivag|overford|ivag|banken|swishat|skickat|godkand|lagt|i vag|inlagd)",
        "now": "(?:betalar|swishar|skickar|overfor|for over|lagger) (?:[a-z']{1,14} ){0,3}nu(?: direkt| med en gang)?|nu betalar|nu (?:betalt|betald|gjort|skickat|skickad)|nu genast|med en gang",
        "weekday_after_next": "W om (?:tva|2) veckor|W om fjorton dagar|W veckan efter nasta",
        "week_from_today": "i ?dag om en vecka|om exakt en vecka",
        "week_from_tomorrow": "i ?morgon om en vecka",
        "mid_week": "(?:i )?mitten (?:av|pa) (?:veckan|denna vecka)|mitt i veckan",
        "early_week": "(?:i )?borjan (?:av|pa) veckan",
        "early_month": "(?:i )?borjan (?:av|pa) manaden|den forsta i manaden",
        "end_month_business": "(?:den )?sista (?:bankdagen|arbetsdagen|vardagen|bankdag|arbetsdag) ?(?:i|den har|denna)? ?manaden?",
        "last_weekday_of_month": "(?:den )?sista W(?:en)? (?:i )?manaden",
        "first_weekday_next_month": "(?:den )?forsta W(?:en)? (?:i )?(?:N)",
        "day_next_month": "(?:(?:senast |till )?den )?D (?:i |av )?(?:N)",
        "business_day": "(?:den )?D (?:bankdagen|arbetsdagen|vardagen)(?: i (?:varje )?manad(?:en)?)?",
        "business_day_next_month": "(?:den )?D (?:bankdagen|arbetsdagen|vardagen) (?:i )?(?:N)",
        "end_quarter": "(?:innan )?kvartalet ar (?:slut|over)|(?:i |vid )?(?:slutet (?:av|pa) kvartalet|kvartalsslutet|kvartalsskiftet)",
    },
}
