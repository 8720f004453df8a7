"""How machines word absences, acknowledgements and bounces, in the languages we meet."""

import re

#: A subject that begins so was written by a program; after `Re:` it is a person who answers the program.
AUTOMATIC_SUBJECT = re.compile(
    r"\W{0,3}(?:auto(?:matic|mated|matisch\w{0,2}|matische|matiska|mática|matica|matyczna)?[ -]?(?:reply|response|"
    r"antwort|antwoord|svar|odpowied[źz]|risposta|resposta|respuesta|vastaus)|auto(?:reply|svar|odpowied[źz]|matisk "
    r"svar|matiskt svar|matyczna odpowied[źz])|auto:|réponse auto(?:matique)?|(?:re)?spuesta autom[áa]tica|"
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
ABSENCE = re.compile(
    # English
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
    r"nicht (?:im|am) (?:büro|haus|hause|arbeitsplatz)|(?:bin|sind) (?:ich |wir )?(?:derzeit |zur ?zeit |"
    r"momentan |aktuell |"
    r"vom |bis |ab |erst )?.{0,40}(?:abwesend|außer haus|nicht erreichbar|wieder (?:da|erreichbar|für sie|im büro))|"
    r"abwesend|im urlaub|elternzeit|betriebsferien|betriebsurlaub|ab dem .{3,20} wieder|(?:mutterschutz)|"
    r"e-?mails? (?:wird|werden) nicht (?:gelesen|weitergeleitet|bearbeitet)|"
    # French
    r"absent(?:e|s)?\b.{0,40}(?:du|jusqu|bureau|actuellement|pour)|actuellement absent|en congés?\b|de retour|"
    r"serai de retour|je serai absent|fermé(?:e|s)? (?:du|pour|jusqu)|en vacances|"
    # Spanish
    r"fuera de (?:la |mi )?oficina|(?:estoy|estaré|estamos) (?:ausente|de vacaciones|de baja|fuera)|de vacaciones|"
    r"ausente|(?:regreso|vuelvo|volveré|regresaré|estaré de vuelta)|cerrad[oa]s? (?:por|del|hasta)|"
    # Italian
    r"fuori (?:ufficio|sede)|assente|in ferie|per ferie|chius[oaie] per|rientr(?:o|erò|eremo)|in vacanza|maternità|"
    # Dutch
    r"(?:niet|afwezig|weer) (?:op|van|aanwezig|bereikbaar).{0,20}(?:kantoor|tot|vanaf)?|afwezig|"
    r"met (?:vakantie|verlof)|"
    r"op vakantie|"
    # Portuguese
    r"fora do escritório|ausente|de férias|em férias|de licença|(?:retorno|retornarei|voltarei|regresso)\b|recesso|"
    # Polish
    r"nieobecn|poza biurem|na urlopie|urlop|wrócę|wracam|powrócę|zwolnieniu|"
    # Swedish, Danish, Norwegian
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
#: The writer says himself that no person wrote this.
SAYS_AUTOMATIC = re.compile(
    r"this is an? (?:automated|automatic|auto-?generated|system[- ]generated)|(?:this|"
    r"the following) (?:e-?mail|message|reply) "
    r"(?:is|was) (?:sent |generated |created )?(?:automatic|automated|auto-?generated)|"
    r"automatisch (?:erzeugte|erstellte|"
    r"generierte)|automatische (?:antwort|nachricht|eingangsbestätigung)|ceci est (?:un|une) (?:message|"
    r"réponse) automatique|"
    r"(?:este|esta) (?:es )?(?:un|una)? ?(?:mensaje|respuesta|mensagem|resposta) (?:es )?autom|"
    r"messaggio (?:è )?(?:generato )?"
    r"automatic|risposta automatica|automatisch (?:bericht|gegenereerd|antwoord)|"
    r"wiadomość (?:została )?(?:wygenerowana )?"
    r"automatyczn|detta är ett auto|dette er en auto|type your reply above this line",
    re.IGNORECASE,
)
#: Machines also send what counts as the customer's statement: that he has paid.
REMITTANCE = re.compile(
    r"remittance|payment (?:advice|notification|confirmation|has been (?:made|issued|sent|processed))|payment of\b|"
    r"zahlungsavis|zahlungsanzeige|avis de (?:paiement|virement)|aviso de (?:pago|pagamento|transferencia)|avviso di "
    r"(?:pagamento|bonifico)|betaalspecificatie|betalingsspecificatie|awizo płatności|betalningsavi|comprovante",
    re.IGNORECASE,
)

BOUNCE_SUBJECT = re.compile(
    r"\W{0,3}(?:undeliver(?:able|ed)|delivery status notification|delivery (?:failure|failed|notification|has failed|"
    r"report|problem|delayed|warning)|automatically rejected|(?:mail|message|e-?mail) (?:delivery|"
    r"not delivered|could not be|undeliverable|status|"
    r"delayed)|returned (?:mail|to sender)|failure (?:notice|delivery)|failed (?:mail|delivery)|non[- ]?delivery|"
    r"nondeliverable|non remis|permanent (?:delivery )?failure|permanent delivery|warning: (?:message|"
    r"could not send)|"
    r"unzustellbar|unzustellbare|zustell(?:ung|ungs)?(?:fehl|benach|status)|zustellung fehlgeschlagen|"
    r"nicht zugestellt|"
    r"nachricht (?:konnte )?nicht|échec|non distribu|avis de non|no se (?:ha )?(?:pudo|podido)|error de entrega|"
    r"no entregado|devuelto|mancato recapito|recapito|messaggio non|onbestelbaar|niet (?:bezorgd|afgeleverd)|"
    r"falha n[ao]|não (?:entregue|foi possível)|niedostarcz|nie dostarcz|błąd dostar|kunde inte levereras|"
    r"ej levererat|olevererbart|kunne ikke leveres|ikke leveret|mail system error|nameserver error|user unknown|"
    r"message status|mdaemon|returning|yahoo! auto response|配信|投递|退信)",
    re.IGNORECASE,
)
#: How notices of failure begin; within the first lines of a mail they are proof.
BOUNCE_OPENING = re.compile(
    r"this is the (?:qmail|mail system|postfix|machine generated)|this message was created automatically by mail|"
    r"message that you sent (?:could not|has not)|(?:could not|couldn['’]t|cannot|can not|unable to|"
    r"not able to|wasn['’]t "
    r"able to|was not|were not|not (?:yet )?been|has not been|did not) (?:be )?(?:deliver|sent|reach|receive|send)|"
    r"(?:delivery|mail|message)\b.{0,60}\b(?:failed|failure|failures|delayed|errors?|returned)\b|undeliverable|"
    r"undelivered|not delivered|permanent (?:fatal )?error|transient (?:non-?)?fatal|following (?:address|recipient|"
    r"mail)\w{0,4}.{0,40}(?:fail|not|error)|had (?:permanent|transient)|recipient\w? (?:was|were|is|has|address) "
    r"(?:rejected|not|unknown|reject)|user (?:is )?(?:unknown|doesn['’]t)|mailbox (?:is )?(?:full|unavailable|not)|"
    r"rejected your message|the original message was received|no such user|address(?:es)? (?:not|was not|"
    r"couldn['’]t)|"
    r"wasn['’]t delivered|(?:automatically )?rejected:|has been postponed|temporarily deferred|will be retried|"
    r"(?:konnte|konnten|wurde) (?:\w{1,15} ){0,4}nicht (?:\w{1,15} )?zugestellt|nicht zustellbar|zustellung|"
    r"n['’]a (?:pas )?pu [êe]tre (?:remis|distribu|achemin|livr|d[ée]livr)|non remis|n['’]existe pas|"
    r"no (?:se )?(?:ha )?(?:podido|pudo) (?:ser )?(?:entreg|enviar)|non (?:è|e'|può|ha) (?:stato |"
    r"essere )?(?:possibile |"
    r"potuto )?(?:consegn|recapit|raggiung)|kon niet worden (?:bezorgd|afgeleverd)|niet (?:worden )?bezorgd|"
    r"não (?:pôde|foi possível|pode) (?:ser )?(?:entreg|enviar)|nie (?:może|mogła|mogło|została?) (?:zostać |być )?"
    r"dostarcz|kunde inte levereras|kunne ikke leveres|kunne ikke afleveres",
    re.IGNORECASE,
)
