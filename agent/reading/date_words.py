"""The words for days, months and spans of time in nine languages, as regular expressions of folded text."""
# ruff: noqa: E501 - a phrase list is read down, not across

#: Monday first. Alternatives of one day are separated by "|".
WEEKDAYS: dict[str, str] = {
    "en": "mondays?@mon(?=\\.|,|$| \\d| (?:the|am|pm|morning|afternoon|next|week|and|or|latest)(?!\\w))|tue(?:s|sdays?)?@teusday@tuseday|wed(?:s|nesdays?)?@wensday@wednsday@wedensday|thu(?:r|rs|rsdays?)?@thrusday@thursay@thrs@thurday"
    "|fri(?:days?)?@firday@fridya@frday|saturdays?@saterday|sundays?",
    "de": "montag(?:s|morgen|abend|nachmittag|vormittag|mittag|fruh|slauf|szahllauf)?@montog|dienstag(?:s|morgen|abend|nachmittag|vormittag|mittag|fruh|slauf|szahllauf)?@dinstag@ziischtig"
    "|mittwoch(?:s|morgen|abend|nachmittag|vormittag|mittag|fruh|slauf|szahllauf)?@mittwuch|donnerstag(?:s|morgen|abend|nachmittag|vormittag|mittag|fruh|slauf|szahllauf)?@donnersdag"
    "|freitag(?:s|morgen|abend|nachmittag|vormittag|mittag|fruh|slauf|szahllauf)?@freitach@fritig@freitog|(?:samstag(?:s|morgen|abend|nachmittag|vormittag|mittag)?)@(?:sonnabends?)@samschtig"
    "|sonntag(?:s|morgen|abend|nachmittag|vormittag|mittag)?",
    "fr": "lundis?|mardis?|mercredis?|jeudis?|vendredis?@vendrdi|samedis?|dimanches?",
    "es": "lunes|martes|miercoles@miercole|jueves|viernes@vienes@biernes|sabado|domingo",
    "it": "lunedi'?|martedi'?|mercoledi'?|giovedi'?|venerdi'?|sabato|domenica",
    "nl": "maandag(?:ochtend|middag|avond|morgen|namiddag|voormiddag|run|ronde)?|dinsdag(?:ochtend|middag|avond|morgen|namiddag|voormiddag|run|ronde)?"
    "|woensdag(?:ochtend|middag|avond|morgen|namiddag|voormiddag|run|ronde)?|donderdag(?:ochtend|middag|avond|morgen|namiddag|voormiddag|run|ronde)?"
    "|vrijdag(?:ochtend|middag|avond|morgen|namiddag|voormiddag|run|ronde)?@vrydag|zaterdag(?:ochtend|middag|avond|morgen|namiddag|voormiddag)?"
    "|zondag(?:ochtend|middag|avond|morgen|namiddag|voormiddag)?",
    "pt": "segunda(?:-feira)?@segunda feira@2\\.?a[ -]feira|terca(?:-feira)?@terca feira@3\\.?a[ -]feira|quarta(?:-feira)?@quarta feira@4\\.?a[ -]feira"
    "|quinta(?:-feira)?@quinta feira@5\\.?a[ -]feira|sexta(?:-feira)?@sexta feira@6\\.?a[ -]feira@sexta-fera|sabado|domingo",
    "pl": "poniedzial(?:ek|ku|kiem)@poniedzialkow\\w{1,3}@poniedzalek|wtor(?:ek|ku|kiem)@wtorkow\\w{1,3}|srod[aeyo]@srodow\\w{1,3}|czwart(?:ek|ku|kiem)@czwartkow\\w{1,3}"
    "|piat(?:ek|ku|kiem)@piatkow\\w{1,3}@piontek@pjatek|sobot[aeyo]@sobotni\\w{1,3}|niedziel[aei]@niedzieln\\w{1,3}",
    "sv": "mandag(?:en|ens|s(?:korning|utbetalning|betalning|fil|kvall|morgon|lopp|batch)?\\w{0,4})?|tisdag(?:en|ens|s(?:korning|utbetalning|betalning|fil|kvall|morgon|lopp|batch)?\\w{0,4})?"
    "|onsdag(?:en|ens|s(?:korning|utbetalning|betalning|fil|kvall|morgon|lopp|batch)?\\w{0,4})?|torsdag(?:en|ens|s(?:korning|utbetalning|betalning|fil|kvall|morgon|lopp|batch)?\\w{0,4})?"
    "|fredag(?:en|ens|s(?:korning|utbetalning|betalning|fil|kvall|morgon|lopp|batch)?\\w{0,4})?|lordag(?:en|ens|s)?|sondag(?:en|ens|s)?",
}

#: A weekday of two or three letters is one only after a word that points to a day; Monday first.
SHORT_WEEKDAYS: dict[str, tuple[str, str]] = {
    "en": ("(?:on|by|this|till|until)", "mon|tue|wed|thu|fri|sat|sun"),
    "de": (
        "(?:am|bis|bis zum|kommenden|diesen|na(?:e)?chsten|fur|vor|spa(?:e)?testens|(?:geht|gehen|kommt|kommen)(?= {1,2}(?:mo|do|fr)(?!\\w)(?! ?\\.? ?\\d)))",
        "mo|di|mi|do|fr|sa|so",
    ),
    "fr": ("(?:le|pour|ce|avant|d'ici|pour le|avant le)", "lun|mar|mer|jeu|ven|sam|dim"),
    "es": ("(?:el|este|para el|proximo|del)", "lun|mar|mie@mier|jue@juev|vie@vier|sab|dom"),
    "it": ("(?:il|di|entro|questo|entro il|per)", "lun|mar|mer|gio@giov|ven|sab|dom"),
    "nl": ("(?:op|voor|deze|komende|volgende|uiterlijk|a\\.s\\.)", "ma|di|wo|do|vr|za|zo"),
    "pt": (
        "(?:na|ate|pra|para|nesta|esta|proxima|ate a)",
        "seg@2a(?= {0,2}(?:[,.;!?]|$))|ter@3a(?= {0,2}(?:[,.;!?]|$))|qua@4a(?= {0,2}(?:[,.;!?]|$))|qui@5a(?= {0,2}(?:[,.;!?]|$))|sex@6a(?= {0,2}(?:[,.;!?]|$))"
        "|sab|dom",
    ),
    "pl": ("(?:w|we|do|na|od|najdalej w)", "pn@pon|wt|sr|czw|pt|sob|nd@niedz"),
    "sv": ("(?:pa|till|senast|kommande|nu pa)", "man|tis|ons|tors@tor|fre|lor|son"),
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
    "|set(?:tembre|t)?|ott(?:obre)?|nov(?:embre)?|dic(?:embre)?",
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

#: "Within 10 days": what stands before "N days", what the units are called. "B" marks business days.
SPANS: dict[str, dict[str, str]] = {
    "en": {
        "before": "within(?: the)?(?: next)?|in(?: the)?(?: next)?|over the next|no later than|inside(?: of)?|(?:give|allow|grant|gimme|lend|cut) ?(?:us|me)?|(?:the )?next|less than|(?:an )?(?:additional|extra|further)|another|extension of|extend (?:it |this |the ~)?by|(?:put|push|pushed|move) ~ (?:back|out)(?: by)?|defer(?:ral)?(?: ~)? (?:of|by)|delay of|only need|need|(?:if )?(?:we|i) (?:could|can|may|might) (?:have|get)|(?:sit tight|hold (?:on|off)|hang on|wait|bear with (?:us|me)|indulgence|patience|grace)(?: ~)? (?:for|of)|indulgence of|(?:reckon|count|figure|bank) on|allow|give (?:it|this)|(?:with)?in a (?:maximum|period|window) of|at the latest (?:in|within)",
        "days": "days?|calendar days?|dys?",
        "business": "(?:business|working|banking|bank|work) days?",
        "weeks": "weeks?(?:'s?(?= ))?|wks?",
        "months": "months?(?:'s?(?= ))?",
        "hours": "hours?|hrs?",
        "fortnight": "(?:a|the|another|one) fortnight(?:'s time)?|(?:a fortnight|two weeks|2 weeks) (?:from )?today",
        "after": "from (?:now|today)|'? time|of (?:today|this mail)|out|more|extra|extension|grace|longer|leeway|'? (?:grace|extension|time)|of (?:grace|extension|leeway|breathing space)|tops|max|at most|or so|(?:from|of|after) (?:approval|today's date|the date of this (?:e-?mail|mail|message|letter))",
    },
    "de": {
        "before": "innerhalb(?: von| der (?:na(?:e)?chsten|kommenden))?|binnen|in(?: den)?(?: na(?:e)?chsten| kommenden)?|in spa(?:e)?testens|spa(?:e)?testens in|innert|(?:die|den) na(?:e)?chsten|noch(?: mal)?|weitere[nr]?|(?:aufschub|verlangerung|stundung|zahlungsaufschub|fristverlangerung|frist)(?: von| um)?|(?:verlangern|verschieben|stunden) um|um|geben sie (?:uns|mir)|gib (?:uns|mir|ma)|gebt (?:uns|mir)|max(?:imal|\\.)?|(?:innerhalb|binnen|in) einer frist von|rechnen sie mit|rechne(?:t)? mit|(?:es )?(?:dauert|braucht) noch|la(?:e)?ngstens",
        "days": "tage[ns]?|kalendertage[ns]?|tag",
        "business": "(?:werk|arbeits|bank|banken|bankarbeits|gescha(?:e)?fts)tage[ns]?",
        "weeks": "woche?n?|wuche",
        "months": "monate[ns]?",
        "hours": "stunden|std\\.?",
        "fortnight": "vierzehn tagen|vierzehn tage",
        "after": "ab heute|noch|(?:ver)?schieben|stunden|aufschub|verlangerung|stundung|frist|luft|zeit|mehr|langer|spater|nachfrist|zahlungsaufschub|fristverlangerung|zahlungsziel mehr|geduld|extra|(?:ab|nach|von) (?:heutigem datum|heute)|nach freigabe",
    },
    "fr": {
        "before": "(?:un |le )?(?:dernier |petit )?(?:delai|report|sursis|prolongation|repit|rallonge)(?: supplementaire)? (?:de|d')|encore|(?:reporter|repousser|decaler|prolonger|differer) ~ de|(?:donnez|laissez|accordez)[- ](?:nous|moi)|laisse[- ]moi|sous(?: les)?|dans(?: les| un delai de)?|d'ici(?: a)?|dans les prochains|dans un delai de|(?:dans|sous) (?:un|le) delai (?:maximal|maximum|max|moyen) d[e']|comptez|compte|prevoyez|au plus tard (?:dans|sous)",
        "days": "jours?(?: calendaires)?|j",
        "business": "(?:prochains )?jours? (?:ouvres?|ouvrables?)",
        "weeks": "semaines?",
        "months": "mois",
        "hours": "heures?|h",
        "fortnight": "sous quinzaine|dans une quinzaine|sous quinze jours|dans quinze jours|dans la quinzaine|d'ici une quinzaine|une quinzaine",
        "after": "a compter d'aujourd'hui|de plus|de delai|supplementaires?|de repit|de sursis|de report|maximum|max|de rallonge|de prolongation|de battement|a (?:compter|partir) (?:d'aujourd'hui|de ce jour)",
    },
    "es": {
        "before": "en(?: los proximos| un plazo de| el plazo de)?|dentro de|en menos de|en el plazo de|de aqui a|los proximos|(?:una |la )?(?:prorroga|aplazamiento|extension|ampliacion|plazo)(?: adicional)? (?:de|por)|otr[oa]s?|(?:aplazar|prorrogar|ampliar|extender|posponer|retrasar|mover|correr|recorrer) ~ (?:en|por)?|(?:deme|denos|dame|danos|denme)(?: otr[oa]s?)?|(?:unos|unas)|(?:en|dentro de) (?:un|el) plazo (?:maximo |no superior )?(?:de|a)|(?:cuente|cuenta|cuenten|calcule|calculen|calcula)(?: con)?|a mas tardar en",
        "days": "dias?(?: naturales)?",
        "business": "dias? (?:habiles|laborables|laborales)",
        "weeks": "semanas?",
        "months": "mes(?:es)?",
        "hours": "horas?",
        "fortnight": "en quince dias|(?:en|dentro de) una quincena",
        "after": "a partir de hoy|mas|de prorroga|de plazo|adicionales|extra|de margen|de aplazamiento|maximo|de gracia|mas de plazo|a (?:contar|partir) (?:desde|de) (?:hoy|la fecha)",
    },
    "it": {
        "before": "entro(?: i prossimi)?|tra|fra|in|nel giro di|nei prossimi|nell'arco di|(?:una |la )?(?:proroga|dilazione|rinvio|posticipo)(?: del termine)? di|altr[ie]|ancora|(?:posticipare|prorogare|rinviare|spostare|slittare|dilazionare) ~ di|(?:datemi|dateci|dammi|mi dia|ci dia)|un'altra|(?:entro|in|nel) (?:un |il )?termine (?:massimo |di massimo )?di|(?:calcoli(?:no)?|calcola(?:te)?|conti|contate|mettete in conto)|al piu tardi (?:entro|tra|fra)",
        "days": "giorni|giorno|gg\\.?",
        "business": "giorni (?:lavorativi|feriali)|giorno lavorativo|gg\\.? lavorativi",
        "weeks": "settiman[ae]",
        "months": "mes[ei]",
        "hours": "or[ae]",
        "fortnight": "entro quindici giorni|(?:entro|tra|fra|una) una quindicina(?: di giorni)?",
        "after": "da oggi|in piu|di proroga|di dilazione|di tempo|di respiro|massimo|al massimo|di rinvio|a (?:partire|decorrere) da(?:lla data odierna| oggi)|dalla data odierna",
    },
    "nl": {
        "before": "binnen(?: de)?(?: komende)?|over|in(?: de komende)?|uiterlijk binnen|de komende|(?:uitstel|betalingsuitstel|respijt|verlenging)(?: van)?|nog|(?:verlengen|verschuiven|opschuiven|uitstellen) met|met|geef (?:me|ons|mij)|nog eens|een extra|(?:binnen|in) (?:een|de) (?:gestelde )?termijn van|binnen de (?:gestelde|gebruikelijke|afgesproken)|(?:reken|rekent u|reken maar) op|uiterlijk over",
        "days": "dag(?:en|je|jes)?|kalenderdagen",
        "business": "werkdag(?:en)?|bankwerkdagen",
        "weeks": "we(?:e)?k(?:en|je|jes)?",
        "months": "maand(?:en|je|jes)?",
        "hours": "uur|uren",
        "fortnight": "veertien dagen",
        "after": "vanaf vandaag|na vandaag|uitstel|extra|langer|respijt|de tijd|later|meer|verlenging|speling|betalingsuitstel|max(?:imaal)?|tijd|(?:na|vanaf) (?:heden|vandaag)",
    },
    "pt": {
        "before": "em(?: ate)?|dentro de|no prazo de|nos proximos|daqui a|num prazo de|ate|mais|(?:uma |a )?(?:prorrogacao|extensao|prazo|dilacao|adiamento|moratoria)(?: adicional)? (?:de|por)|(?:prorrogar|adiar|estender|alargar|empurrar|postergar) ~ (?:por|em)|(?:me da|da-me|de-me|deem-me|da|de-nos|conceda-nos)(?: mais| so)?|outros|outras|(?:no|num|em um|dentro d[eo](?: um)?) prazo (?:maximo |nao superior )?(?:de|a)|(?:conte|contem|conta|calcule) com|o mais tardar em",
        "days": "dias?(?: corridos)?",
        "business": "dias? uteis|dia util",
        "weeks": "semanas?",
        "months": "mes(?:es)?",
        "hours": "horas?",
        "fortnight": "em quinze dias|(?:em|dentro de|daqui a) uma quinzena",
        "after": "a partir de hoje|a contar de hoje|a mais|de prazo|adicionais|de prorrogacao|no maximo|extra|de folga|de dilacao|a (?:contar|partir) (?:de|da data de|do dia de) hoje",
    },
    "pl": {
        "before": "w ciagu(?: najblizszych)?|potrzeb\\w{1,6}|(?:prolongat|odroczen|przedluzen|przesuniec|wydluzen)\\w{1,3} ~ ?o|w terminie(?: do)?|za|w przeciagu|najdalej za|do|przez najblizsze|jeszcze|(?:dodatkow(?:e|ych)|kolejn(?:e|ych))|(?:przesun|prolong|odroc|wydluz|przedluz|przeloz)\\w{0,8} ~ ?o|(?:dajcie|prosze dac|daj|dajcie mi|daj mi|dajcie nam)(?: mi| nam)?(?: jeszcze)?|nastepne|w (?:maksymalnym )?terminie|w okresie|(?:prosze )?(?:liczyc|zalozyc)|trzeba liczyc|najpozniej (?:w ciagu|za)",
        "days": "dni|dnia|dzien",
        "business": "dni robocz(?:ych|e)|dzien roboczy",
        "weeks": "tygodni(?:e|a)?|tydzien",
        "months": "miesi(?:ac|ace|ecy|aca)",
        "hours": "godzin(?:y)?|h",
        "fortnight": "dwoch tygodni|dwa tygodnie",
        "after": "od dzis|od dzisiaj|zwloki|wiecej|prolongaty|odroczenia|oddechu|dodatkowo|dluzej|max|maksymalnie|luzu|(?:liczac )?od (?:dzis|dzisiaj|dnia dzisiejszego|daty dzisiejszej)",
    },
    "sv": {
        "before": "inom(?: de narmaste)?|om|de narmaste|senast om|ytterligare|(?:uppskov|anstand|respit|forlangning|betalningsanstand)(?: pa| med| i)?|(?:skjuta|flytta|forlanga|senarelagga) ~ (?:med|i)|ge (?:mig|oss)|inom en (?:tid|period) (?:av|om|pa)|(?:rakna|kalkylera) med|senast inom",
        "days": "dag(?:ar)?s?|kalenderdagars?|dgr",
        "business": "arbetsdag(?:ar)?|bankdag(?:ar)?|vardagar|vardag",
        "weeks": "veck(?:a|ors?|as)",
        "months": "manad(?:er)?s?",
        "hours": "timm(?:e|ar)",
        "fortnight": "fjorton dagar",
        "after": "fran idag|fran i dag|till|extra|langre|uppskov|anstand|respit|mer|max|(?:raknat )?fran (?:dagens datum|idag|i dag)",
    },
}

#: What may stand between "within" and the count: "within at most 10 days".
AT_MOST = (
    "a maximum of|max(?:imum|imal|\\.)?|(?:no|not) (?:more|later) than|at most|up to|ho(?:e)?chstens|la(?:e)?ngstens|spa(?:e)?testens"
    "|(?:au )?maximum(?: de)?|au plus|(?:un |el |como |al )?maximo(?: de)?|no mas de|(?:e )?non oltre|(?:al |un )?massimo(?: di)?"
    "|maximaal|hooguit|hoogstens|ten hoogste|uiterlijk|(?:no )?maximo(?: de)?|maksymalnie|najwyzej|nie wiecej niz|hogst|max"
)

#: "Two days ago": what stands before the count, and what after the unit; both must.
AGO: dict[str, tuple[str, str]] = {
    "en": ("", " (?:ago|back)"),
    "de": ("vor ", ""),
    "fr": ("il y a ", ""),
    "es": ("hace ", ""),
    "it": ("", " fa"),
    "nl": ("", " (?:geleden|terug)"),
    "pt": ("(?:ha|faz) ", "(?: atras)?"),
    "pl": ("", " temu"),
    "sv": ("for ", " sedan"),
}

#: "Monday instead of the 31st": what follows is just what does not hold.
INSTEAD_OF = (
    "instead of|rather than|not|statt|anstatt|anstelle|au lieu du?|plutot que|en vez de(?:l)?|en lugar de(?:l)?|invece (?:di|del|che)"
    "|anziche|in plaats van|em vez d[eo]|ao inves d[eo]|zamiast|istallet for|i stallet for"
)

#: What marks a bare day of the month: "the 15th", "am 15.", "le 15", "dia 15". D stands for the digits, K for digits with a mark.
DAY_OF_MONTH: dict[str, str] = {
    "en": "(?:the |on |by |for )?D|(?:the|by|for|until|till) day \\d{1,2}(?! of (?!the month|this month))"
    "|(?:by|on|until|till|before|around) the \\d{1,2}\\.?(?= {0,2}(?:[,.;!?)]|$))|for the (?:[4-9]|[12]\\d|3[01])\\.?(?= {0,2}(?:[,.;!?)]|$))",
    "de": "(?:am|zum|bis|bis zum|den|dem|vom|der|ab|ab dem|per|einschlieslich|einschliesslich|spatestens|spatestens am|fur den|vor dem|bis spatestens|valuta) D",
    "fr": "(?:le|au|du|pour le|avant le|vers le|jusqu'au|d'ici le|des le|le jour|pour|valeur) D",
    "es": "(?:el(?: dia)?|dia|al|del|hasta el|para el|antes del|con fecha|con fecha de|fecha valor) D|este D(?= {0,2}(?:[,.;!?)]|$))",
    "it": "(?:il(?: giorno)?|giorno|al|dal|del|entro il|per il|verso il|l'|entro l'|giorno l'|valuta|con valuta|valuta il) ?D",
    "nl": "(?:op |voor |per |uiterlijk |rond |tegen |vanaf )?(?:de )?D",
    "pt": "(?:(?:no |o |ao |ate |ate o |ate ao |do |pro |pra |para o |em )?dia|do|no|ate o|ate ao) D"
    "|ate D(?= {0,2}(?:[,.;!?)]|$))|(?:pag[oa]s?|paguei|pagamos|sai(?:u|ram|ra)|transferid[oa]s?|transferi|liquidad[oa]s?|enviad[oa]s?|feit[oa]s?|debitad[oa]s?|antecipado,|para dia) a D(?= {0,2}(?:[,.;!?)]|$)| (?:do corrente|deste|pel[oa]|por|via|de manha|a tarde)(?!\\w))",
    "pl": "(?:do|na|w dniu|dnia|okolo|od|z|po|kolo|najpozniej) D|K",
    "sv": "(?:den|senast den|till den|pa|omkring den|runt den|fore den|senast) D|K",
}

#: What a day of the month in words stands behind, at the end of what it belongs to.
WORDED_DAY_OF_MONTH: dict[str, str] = {
    "en": "(?:by|on|before|until|till) the",
    "de": "(?:am|zum|bis zum|bis|den|dem)",
    "fr": "(?:le|pour le|avant le|d'ici le|au)",
    "es": "(?:para el|el dia|hasta el|antes del|al|el)",
    "it": "(?:il|entro il|per il|al|giorno)",
    "nl": "(?:op|voor|per|uiterlijk|betaal|betalen|van) de",
    "pt": "(?:no |ate |ate o |ate ao |pro |o )?dia",
    "pl": "(?:do|na|dnia)",
    "sv": "(?:den|senast den|till den)",
}

#: A day of the month in digits: with the mark that makes it one, and without, where the word before it says enough.
DAY_DIGITS: dict[str, tuple[str, str]] = {
    "en": ("D(?:st|nd|rd|th)", ""),
    "de": ("D(?:\\.|s?ten|te|ste)", ""),
    "fr": ("D(?:er|e)?", "D"),
    "es": ("D(?:o|ro)?", "D"),
    "it": ("Do?", "D"),
    "nl": ("D(?:e|ste|de)", ""),
    "pt": ("Do?", "D"),
    "pl": ("D(?:-?(?:go|ego|tego|stego|szego|mego))", "D\\.?"),
    "sv": ("D:?(?:e|a|de)", "D"),
}

#: A bare number before one of these counts something or is a time of day.
COUNTED_THINGS = (
    "days?|weeks?|months?|years?|hours?|minutes?|mins?|hrs?|h|am|pm|a\\.m|p\\.m|uhr|std|stunden?|tagen?|wochen?|monaten?|jahren?|jours?|semaines?|mois|ans?|heures?"
    "|dias?|semanas?|mes(?:es)?|anos?|horas?|minutos?|giorni|giorno|settiman[ae]|mesi|mese|ann[io]|ore|gg|minuti|dagen|weken|maanden|jaar|uur|minuten"
    "|dni|tygodni[ea]?|miesi[ae]c\\w{0,2}|lat|rok\\w{0,2}|godzin\\w?|minut\\w?|rano|dagar|veckor|manader|ar|timmar|minuter|kl"
    "|eur(?:os?)?|usd|gbp|pln|zl\\w{0,4}|sek|kr(?:onor)?|chf|brl|reais|pesos?|dollars?|dolar\\w{0,3}|pounds?|pfund|franken|francs?|mil|tys|k|tusen|tausend|mille|cents?"
    "|pcs|stk|stuck|stuks?|st|units?|unidades?|pezzi|szt|pieces?|boxes|box|cajas?|caixas?|scatole|dozen|doos|dozen|kartons?|palett?en?|pallets?|paletes?|kg|km|m2|percent|prozent|procent|por cien(?:to)?|por cento|per cento?"
    "|invoices?|rechnungen|factur[ea]s?|fatturas?|fatture|facturen|faturas?|faktur\\w{0,2}|one|ones|reminder|mahnung|rappel|relance|recordatorio|sollecito|herinnering|aanmaning|aviso|ponaglenie|paminnelse"
    "|floor|time|times|party|payment|instal\\w{0,8}|attempt|email|request|notice|quarter|street|avenue|ave|personen|people|personas|pessoas|persone|personnes|osob\\w{0,2}|personer"
)


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
