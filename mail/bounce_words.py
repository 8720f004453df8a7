"""How mail systems word that a message did not arrive, in the languages we meet."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re

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
    r"votre message n|rejected: |non recapitabile|impossible de remettre|non remise|no se puede entregar|não é possível entregar|"
    r"går inte att leverera|det gick inte att leverera|kan (?:inte|ikke) leveres?|benachrichtigung zum zustell|"
    r"mensaje no entregado|notificación de entrega|notifica(?:zione)? (?:di )?(?:mancata )?(?:consegna|recapito)|"
    r"zwrot (?:poczty|wiadomości)|zwrócona|wiadomość niedostarcz|bezorging|afleverings|\[postmaster\]|"
    r"message (?:undelivered|blocked|bounced|rejected)|address not found|"
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
    r"não (?:pôde|foi possível|pode) (?:ser )?(?:entreg|enviar)|det gick inte att leverera|"
    r"leverans(?:en)? misslyckades|(?:konnte|konnten|wurde|wurden) (?:[\w@.-]{1,60} ){0,5}nicht (?:[\w@.-]{1,60} )?"
    r"(?:zugestellt|übermittelt|ausgeliefert)|fehler bei der (?:nachrichten)?zustellung|nicht gefunden|"
    r"ne (?:peut|pouvait|pourra) (?:pas )?être (?:remis|distribu|livré|délivré)|was rejected by|"
    r"échec de la remise|adresse introuvable|n['’]a pas été (?:distribué|remis|délivré)|"
    r"no se (?:ha )?(?:pudo|podido|puede) entregar|no se (?:encontró|ha encontrado)|recapito non riuscito|"
    r"impossibile (?:recapitare|consegnare)|non ha potuto essere (?:consegn|recapit)|"
    r"bezorging .{0,60}mislukt|kan niet worden bezorgd|falha na entrega|não foi (?:entregue|possível entregar)|"
    r"nie można dostarczyć|dostarczenie .{0,60}nie powiodło|nie (?:może|mogła|mogło|została?) (?:zostać |być )?"
    r"dostarcz|kunde inte levereras|kunne ikke leveres|kunne ikke afleveres",
    re.IGNORECASE,
)
#: The notice is a warning: the mail system goes on trying.
DELAY = re.compile(
    r"warning message only|this is a warning only|(?:has|have) not yet been delivered|not been delivered yet|"
    r"delayed (?:for )?(?:more than )?\d{1,3} ?(?:hours?|days?)|(?:has|have) been delayed|delivery incomplete|"
    r"will (?:be retried|keep trying|continue to (?:try|attempt|retry)|retry|try again)|delivery attempts will continue|"
    r"still (?:being retried|undelivered|trying)|has been postponed|temporarily deferred|delayed mail|"
    r"(?:status notification|mail|delivery) \(?delay|could not send message for past|"
    r"zustellung (?:ist |wurde )?(?:verzögert|weiter versucht)|noch nicht zugestellt|weitere zustellversuche|"
    r"remise (?:différée|retardée)|n['’]a pas encore (?:été|pu)|retrasad[oa]|aún no se ha (?:podido )?entreg|"
    r"consegna ritardata|non è (?:stato )?ancora (?:stato )?(?:consegn|recapit)|vertraag|nog niet (?:bezorgd|afgeleverd)|"
    r"atrasad[oa]|ainda não foi (?:possível )?entreg|opóźnion|nie (?:została )?jeszcze dostarcz|försenad|"
    r"ännu inte (?:levererats|kunnat)",
    re.IGNORECASE,
)
#: The mail system has given up, whatever it says of its earlier tries.
GIVEN_UP = re.compile(
    r"i['’]ve given up|giving up|permanent(?:ly)? (?:fatal )?(?:error|fail)|returned to sender|undelivered mail returned|"
    r"following address(?:es|\(es\))? failed|\bstatus notification \(failure",
    re.IGNORECASE,
)
#: Who writes so complains of a bounce of his own: a mail system speaks of our message, not of its own.
PERSON_TELLS = re.compile(
    r"\b(?:my|our) (?:e-?mail|mail|message|remittance|reply)s?\b|\bi (?:tried|have tried|sent|am sending|got|received|"
    r"keep|wrote)\b|\bi['’]ve (?:tried|sent|got)\b|\bmeine (?:e-?mail|mail|nachricht)|\bich (?:habe|bekam|bekomme)\b|"
    r"\bmon (?:e-?mail|mail|message|courriel)|\bj['’]ai (?:envoyé|reçu|essayé)|\bmi (?:correo|mensaje)|\bhe (?:enviado|"
    r"recibido|intentado)|\bmia? (?:mail|e-?mail|messaggio)|\bho (?:inviato|ricevuto|provato)|\bmijn (?:mail|e-?mail|"
    r"bericht)|\bik (?:heb|kreeg|krijg)\b|\bo? ?meu (?:e-?mail|correio)|\bminha mensagem|\benviei|\bmój (?:e-?mail|mail)|"
    r"\bmoj[aą] wiadomość|\bwysłał[ae]m|\bmitt (?:mejl|mail|meddelande)|\bjag (?:har|fick|skickade)\b",
    re.IGNORECASE,
)
