"""How machines word absences and acknowledgements, in the languages we meet."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re

#: A subject that begins so was written by a program; after `Re:` it is a person who answers the program.
AUTOMATIC_SUBJECT = re.compile(
    r"\W{0,3}(?:auto(?:matic|mated|matisch\w{0,2}|matische|matiska|mática|matica|matyczna)?[ -]?(?:reply|response|"
    r"antwort|antwoord|svar|odpowied[źz]|risposta|resposta|respuesta|vastaus)|auto(?:reply|svar|odpowied[źz]|matisk "
    r"svar|matiskt svar|matyczna odpowied[źz])|réponse auto(?:matique)?|(?:re)?spuesta autom[áa]tica|"
    r"respuesta auto|"
    r"risposta automatica|resposta autom[áa]tica|odpowied[źz] automatyczna|自動応答|自动回复|自動回覆|автоответ)",
    re.IGNORECASE,
)
ABSENCE_SUBJECT = re.compile(
    r"\W{0,3}(?:out of (?:the )?office|ooo\b|abwesenheit|abwesend|nicht im (?:büro|haus)|absence|"
    r"absent(?:e)? du bureau|"
    r"fuera de (?:la )?oficina|ausen(?:te|cia)|fuori (?:sede|ufficio)|assen(?:te|za)|afwezig|ausência|nieobecno|poza "
    r"biurem|frånvaro|frånvarande|fravær|ikke (?:på )?kontoret|ej på kontoret|poissa|vacation|on leave|"
    r"holiday notice)",
    re.IGNORECASE,
)
#: An absence subject as programs write it: nothing follows but what was answered ("Out of office last week" is a
#: person's).
NOTICE_SUBJECT = re.compile(
    r"\W{0,3}(?:out[- ]of[- ](?:the[- ])?office|ooo|abwesenheits(?:notiz|meldung|benachrichtigung)|abwesenheit|abwesend|"
    r"absente?s? du bureau|absence du bureau|(?:message|avis|notification) d['’]absence|fuera de (?:la )?oficina|"
    r"ausente|ausencia|ausência|fuori (?:sede|ufficio)|assente|assenza|afwezig(?:heid|heidsmelding|heidsbericht)?|"
    r"niet op kantoor|fora do escritório|nieobecność|nieobecn[ya]|poza biurem|frånvaro|frånvarande|frånvaromeddelande|"
    r"fravær|ikke på kontoret|not in the office)(?: (?:auto)?(?:reply|notice|notification|message|response|temporária|"
    r"temporaire|temporanea|del trabajo|dall['’]ufficio|dal lavoro|w pracy|w biurze|från kontoret))?"
    r"\s{0,3}(?:$|[:!|(\[<–—-]|\b(?:re|aw|fw|sv)\b)",
    re.IGNORECASE,
)
ABSENCE = re.compile(
    # Closed, and open again on a day
    r"\b(?:reopen|riapr|rouvr|réouvr|reabr|reabier|heropen)|wieder geöffnet|öppnar igen|ponownie otw|\b(?:är|jag) ledig|"
    # English
    r"\bout (?:until|till|through|from|of town)\b|\btravel+ing\b|\bon a (?:business )?trip\b|"
    r"\bclosed (?:for|from|until|till|over|between|this|on)\b|\bback (?:on |in |at )?(?:the )?(?:mon|tues|wednes|thurs|fri|\d)|"
    r"(?:i am|i['’]m|we are|we['’]re) (?:now )?out (?:today|until|till|from|this|all|for|on|sick|ill)\b|"
    r"['’]ll (?:be )?(?:back|return)|(?:not|n['’]t) (?:be )?(?:able to )?(?:answer(?:ing)?|check(?:ing)?|read(?:ing)?|"
    r"see(?:ing)?|monitor(?:ing)?) (?:my |our |any )?(?:e-?)?mails?\b|no longer (?:work|employed|with)|"
    r"out of (?:the )?(?:office|town|country)|away from (?:my|the|our) (?:desk|office)|on (?:annual |"
    r"maternity |paternity |"
    r"parental |sick |medical |long service |extended |bank )?(?:leave|vacation|holidays?)\b|"
    r"on (?:my )?(?:pto|honeymoon)|"
    r"(?:i am|i'm|i will be|i'll be|we are|currently) away|(?:will|shall) (?:be )?(?:back|return|returning|reopen)|"
    r"(?:limited|no|without|intermittent) access to (?:my )?(?:e-?mails?|inbox|messages)|"
    r"not (?:be )?(?:checking|reading|"
    r"monitoring) (?:my )?(?:e-?mails?|messages|inbox)|(?:office|studio|shop|plant|store|we) (?:is|are|"
    r"will be) (?:now )?"
    r"(?:closed|dark)|upon my return|when i(?: am|'m)? (?:return|back)|inbox is not being|"
    r"back (?:in the office|on (?:mon|"
    r"tues|wednes|thurs|fri))|"
    # German
    r"nicht (?:im|am) (?:büro|haus|hause|arbeitsplatz)|auf (?:dienst|geschäfts)reise|erreichen (?:sie )?(?:mich|uns) (?:wieder|erst)|wieder ab\b|"
    r"erst (?:am|ab|wieder) .{0,30}(?:wieder|zurück)|nicht (?:mehr )?(?:erreichbar|im dienst)|"
    r"im krankenstand|krankgemeldet|nicht mehr (?:bei|für) .{0,40}(?:tätig|beschäftigt)|"
    r"(?:bin|sind) (?:ich |wir )?(?:derzeit |zur ?zeit |"
    r"momentan |aktuell |"
    r"vom |bis |ab |erst )?.{0,40}(?:abwesend|außer haus|nicht erreichbar|wieder (?:da|erreichbar|für sie|im büro))|"
    r"abwesend|im urlaub|elternzeit|betriebsferien|betriebsurlaub|ab dem .{3,20} wieder|(?:mutterschutz)|"
    r"e-?mails? (?:wird|werden) nicht (?:gelesen|weitergeleitet|bearbeitet)|"
    # French
    r"absent(?:e|s)?\b.{0,40}(?:du|jusqu|bureau|actuellement|pour)|actuellement absent|en congés?\b|de retour|"
    r"reprendr(?:ai|ons)|\breprise\b|hors du bureau|en déplacement|en formation|congé (?:maternité|parental|maladie)|ne travaille plus|serai de retour|je serai absent|fermé(?:e|s)? (?:du|pour|jusqu)|en vacances|"
    # Spanish
    r"me encuentro (?:fuera|de)|me reincorpor|fuera del (?:despacho|trabajo)|ya no trabaj|sin acceso al correo|"
    r"fuera de (?:la |mi )?oficina|(?:estoy|estaré|estamos) (?:ausente|de vacaciones|de baja|fuera)|de vacaciones|"
    r"ausente|(?:regreso|vuelvo|volveré|regresaré|estaré de vuelta)|cerrad[oa]s? (?:por|del|hasta)|"
    # Italian
    r"sarò (?:di nuovo )?(?:fuori|in ufficio|via|assente)|non lavoro più|congedo|"
    r"fuori (?:ufficio|sede)|assente|in ferie|per ferie|chius[oaie] per|rientr(?:o|erò|eremo)|in vacanza|maternità|"
    # Dutch
    r"met zwangerschapsverlof|(?:ben|zijn) (?:ik |wij? )?(?:niet|weer|afwezig|terug)|niet meer werkzaam|"
    r"(?:niet|afwezig|weer) (?:op|van|aanwezig|bereikbaar).{0,20}(?:kantoor|tot|vanaf)?|afwezig|"
    r"met (?:vakantie|verlof)|"
    r"op vakantie|"
    # Portuguese
    r"(?:estarei|estaremos|vou estar) de volta|encontro-me|estarei (?:fora|ausente)|fora do escrit|já não trabalh|não trabalho mais|licença|"
    r"fora do escritório|ausente|de férias|em férias|de licença|(?:retorno|retornarei|voltarei|regresso)\b|recesso|"
    # Polish
    r"(?:będę|będziemy) (?:ponownie |znów |znowu )?(?:dostępn|w biurze|osiągaln)|przebywam|jestem niedostępn|nie pracuj[eę]|"
    r"nieobecn|poza biurem|na urlopie|urlop|wrócę|wracam|powrócę|zwolnieniu|"
    # Swedish, Danish, Norwegian
    r"på tjänsteresa|sjukskriven|slutat på|inte (?:läser|läsa|kollar)|"
    r"inte på (?:kontoret|plats)|frånvarande|på semester|semester|föräldraledig|åter (?:på kontoret|den|i tjänst)|"
    r"tillbaka (?:på kontoret|den|igen)|ikke på kontoret|på ferie|holder ferie|tilbage (?:på|igen|den)|"
    r"fraværende|barsel|"
    r"不在|休暇|休假",
    re.IGNORECASE,
)
ACKNOWLEDGEMENT = re.compile(
    r"(?:we(?:'ve| have)|has been|was|have been) (?:successfully )?(?:received|logged|registered|created|"
    r"opened|submitted|"
    r"assigned|queued)|(?:acknowledge|confirm)\w{0,3} (?:the )?receipt|thank you for (?:your (?:e-?mail|"
    r"message|enquiry|"
    r"inquiry|request)|contacting|reaching|writing|getting in touch)|thanks for (?:your (?:e-?mail|message)|"
    r"contacting|"
    r"reaching)|(?:your )?(?:ticket|case|request|reference) (?:number|no|id|#)|ticket\s?#|do not reply|"
    r"this mailbox is not|"
    r"unmonitored|(?:get back to|respond to|reply to|contact) you (?:as soon|shortly|within)|we aim to|service level|"
    r"(?:automated|automatic|auto-?generated|system[- ]generated) (?:message|e-?mail|reply|response|notification)|"
    r"eingegangen|eingangsbestätigung|wir haben ihre (?:e-?mail|nachricht|anfrage)|wird bearbeitet|"
    r"automatisch (?:erzeugt|"
    r"erstellt|generiert)|vielen dank für ihre (?:e-?mail|nachricht|anfrage)|bitte (?:nicht antworten|"
    r"antworten sie nicht)|"
    r"(?:avons|a) bien (?:été )?reçu|accus(?:é|ons) (?:de )?réception|merci (?:de|pour) votre (?:message|"
    r"e-?mail|demande)|"
    r"ne pas répondre|message automatique|hemos recibido|su (?:solicitud|mensaje|correo) ha sido|acuse de recibo|"
    r"no responda|mensaje automático|gracias por (?:contactar|su mensaje|su correo)|abbiamo ricevuto|"
    r"(?:è stata|è stato) "
    r"(?:ricevut|registrat|presa)|presa in carico|non rispondere|messaggio automatico|grazie per averci|"
    r"(?:hebben|is) (?:uw|je)? ?(?:e-?mail|bericht|bericht)?.{0,20}ontvangen|ontvangstbevestiging|niet beantwoorden|"
    r"automatisch (?:bericht|gegenereerd)|bedankt voor (?:uw|je)|recebemos (?:a sua|seu|o seu)|"
    r"foi (?:recebid|registrad|"
    r"abert)|não responda|mensagem automática|otrzymaliśmy|zostało? (?:zarejestrowan|przyjęt|otrzyman)|"
    r"potwierdz(?:amy|enie)|"
    r"(?:prosimy )?nie odpowiadać|wiadomość (?:automatyczna|wygenerowana)|vi har (?:mottagit|tagit emot|"
    r"modtaget|mottatt)|"
    r"ärende|sagsnummer|svara inte|besvar ikke|automatiskt? (?:meddelande|besked|genererat)|自動送信|自动发送",
    re.IGNORECASE,
)
#: The writer says himself that no person wrote this message: not that a payment or a footer is automatic.
SAYS_AUTOMATIC = re.compile(
    r"this (?:is|was) an? (?:automatic(?:ally)?|automated|auto-?generated|system)[- ](?:generated |created )?(?:e-?mail|"
    r"message|reply|response|notification|acknowledge?ment|confirmation|answer|notice)|"
    r"(?:this|the following) (?:e-?mail|message|reply|response|notification) (?:is|was|has been) (?:an )?(?:sent |"
    r"generated |created )?(?:automatic|automated|auto-?generated|system[- ]generated)|"
    r"automatisch (?:erzeugte|erstellte|generierte) (?:e-?mail|mail|nachricht|antwort)|"
    r"(?:nachricht|e-?mail|mail) (?:wurde|ist) automatisch|automatische (?:antwort|nachricht|eingangsbestätigung)|"
    r"ceci est (?:un|une) (?:message|réponse|courriel|e-?mail) (?:généré )?automati|(?:message|courriel|réponse) (?:est )?"
    r"(?:généré|envoyé)e? automatiquement|courriel automatique|"
    r"est[ea] (?:es |é )?(?:una? |uma? )?(?:mensaje|respuesta|correo|mensagem|resposta|e-?mail) (?:es |é |foi |ha sido )?"
    r"(?:generad[oa] |gerad[oa] |enviad[oa] )?autom|"
    r"messaggio (?:è )?(?:stato )?(?:generato |inviato )?automatic|risposta automatica|"
    r"automatisch (?:bericht|gegenereerd|antwoord|verzonden)|automatische (?:e-?mail|ontvangstbevestiging)|"
    r"wiadomość (?:została )?(?:wygenerowana |wysłana )?automatyczn|(?:detta|detta mejl|mejlet) är ett auto|"
    r"(?:skickats|genererats) automatiskt|dette er en auto|type your reply above this line",
    re.IGNORECASE,
)
#: What programs put under their acknowledgements and people do not: weak headers count beside these words only.
NOT_TO_ANSWER = re.compile(
    r"(?:do not|don['’]t|please don['’]t) (?:reply|respond)|not monitored|unmonitored|unattended|"
    r"no longer monitored|bitte (?:nicht antworten|antworten sie nicht)|nicht auf diese (?:e-?mail|nachricht)|"
    r"ne pas répondre|no responda|non rispondere|niet (?:te )?(?:beantwoorden|reageren)|não responda|nie odpowiadać|"
    r"svara inte|besvar ikke|(?:request|ticket|case|enquiry|query) .{0,60}(?:has been|was|is) (?:received|logged|"
    r"registered|created|assigned|opened|queued|recorded)|ticket (?:id|number|no)|(?:vorgangs|ticket)-?nummer|"
    r"(?:número|nº) de (?:caso|ticket|pedido)|numéro de (?:ticket|dossier)|numero di ticket|ärendenummer|"
    r"numer (?:zgłoszenia|sprawy)",
    re.IGNORECASE,
)
#: Somebody states something of the matter itself: what was or will be paid, refused or contested. A mail that does
#: is read, however much it looks like a machine's; only headers that machines alone write outweigh it.
STATEMENT = re.compile(
    # English
    r"\b(?:paid|pays?|paying|repaid|wired|remitted|disput(?:e|es|ed|ing)|refuse[sd]?|withhold|reject(?:ed|s)?|"
    r"declined|overcharged|incorrect|damaged|missing|short of cash|credit note|(?:payment|bank) run|"
    r"scheduled (?:for|to be)|approved for|(?:payment|transfer) (?:has|was|is|will|went|goes)\b(?!.{0,20}overdue)|"
    r"(?:i|we)(?: have|['’]ve)? (?:put|released?|transferred|approved|sent the (?:money|payment)))\b|"
    # German
    r"\b(?:be)?zahl(?:e|en|t|ten)\b|\büberw[ie]+s|\büberweis|\babgebucht|\bangewiesen|abgelehnt|zurückgewiesen|"
    r"beanstand|reklam|beschädigt|zahlung (?:geht|ist|erfolgt|wurde)|"
    # French
    r"\b(?:payé|paye|payons|paierai|paierons|régl(?:é|er|ons|erons|erai|ée|ées)|vir(?:é|er|ons)|conteste|contestons|"
    r"refus(?:é|ée|ons)|rejetée?|manquent|virement (?:est|a été|part|sera))\b|"
    # Spanish, Portuguese
    r"\b(?:pagad[oa]s?|pagamos|pagué|pagaré|pagaremos|pago (?:programado|sale|sali)|orden de pago|rechazad[oa]|"
    r"disputamos|paguei|pagarei|vou pagar|liquidad[oa]|rejeitad[oa]|agendad[oa]|transferi(?:mos|do)?|contestamos)\b|"
    # Italian
    r"\b(?:pagat[oaie]|paghiamo|pagherò|pagheremo|bonifico|respint[oa]|contestiamo|rifiutat[oa])\b|"
    # Dutch
    r"\b(?:betaal|betalen|betaald|overgemaakt|afgekeurd|afgewezen|betwist(?:en)?|afgeschreven)\b|"
    # Polish
    r"\b(?:zapłac|opłac|przelew|przelali|odrzuc|reklam|uszkodz)|"
    # Swedish
    r"\b(?:betalar|betalas|betalat|betald|betalt|bestrider|avvisad|nekad)\b",
    re.IGNORECASE,
)
#: Machines also send what counts as the customer's statement: that he has paid.
REMITTANCE = re.compile(
    r"remittance|payment (?:advice|notification|confirmation|has been (?:made|issued|sent|processed))|payment of\b|"
    r"zahlungsavis|zahlungsanzeige|avis de (?:paiement|virement)|aviso de (?:pago|pagamento|transferencia)|avviso di "
    r"(?:pagamento|bonifico)|betaalspecificatie|betalingsspecificatie|awizo płatności|betalningsavi|comprovante",
    re.IGNORECASE,
)
