"""What servers and mail programs call the folder for sent mail where the server does not mark it (RFC 6154)."""

#: In lower case, the likelier first: English, then German, French, Spanish, Italian, Portuguese, Dutch, Polish,
#: Swedish, Danish and Norwegian, Finnish, Czech, Russian, Turkish, Japanese and Chinese; Gmail's, Outlook's,
#: Apple Mail's, Thunderbird's and Roundcube's.
SENT_NAMES = (
    "sent", "sent items", "sent messages", "sent mail", "sent-mail", "sent objects",
    "gesendet", "gesendete elemente", "gesendete objekte", "gesendete nachrichten", "gesendete e-mails",
    "éléments envoyés", "envoyés", "messages envoyés", "courrier envoyé", "objets envoyés",
    "enviados", "elementos enviados", "mensajes enviados", "correo enviado",
    "posta inviata", "inviati", "inviata", "elementi inviati", "messaggi inviati",
    "itens enviados", "e-mails enviados", "mensagens enviadas", "e-mail enviado", "enviadas", "correio enviado",
    "verzonden", "verzonden items", "verzonden berichten", "verzonden e-mail",
    "wysłane", "elementy wysłane", "wysłane wiadomości",
    "skickat", "skickade", "skickade objekt", "skickade meddelanden",
    "sendt", "sendte elementer", "sendt post", "sendte beskeder", "sendt mail", "sendte meldinger",
    "lähetetyt", "lähetetyt viestit",
    "odeslané", "odeslaná pošta", "odeslané zprávy",
    "отправленные", "gönderilmiş öğeler", "gönderilmiş postalar", "送信済み", "送信済みアイテム",
    "已发送", "已发送邮件",
)  # fmt: skip
