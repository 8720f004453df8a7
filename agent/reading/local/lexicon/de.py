"""German phrases of receivables mail, Austria and Switzerland included."""
# ruff: noqa: E501 - a phrase list is read down, not across

CUES: dict[str, str] = {
    "pay": r"""
    (?:be|an|aus|ein|ab|über|vor)?zahl(?:en|t|te|ung|ungen|ungslauf|lauf|tag|ungseingang|ungsziel)?|bezahlt|gezahlt|überw(?:eisen|eist|eisung|iesen|eise)|begleich(?:en|t|ung)|beglichen|geld|betrag|summe|lastschrift|abbuchung|scheck|anweis(?:en|ung)|angewiesen|zahlungslauf|zahllauf|rechnung(?:en)?|rest(?:betrag)?|skonto|konto|saldo|ausgleich(?:en)?|sepa|echtzeitüberweisung|raus|anzahlung|teilzahlung|überweisungslauf
    """,
    "will_pay": r"""
    (?:werden?|wird|wollen|will|können|kann|wollten) ~ (?:bezahlen|zahlen|überweisen|begleichen|ausgleichen|anweisen|veranlassen|bezahlt|gezahlt|überwiesen|beglichen|ausgeglichen|angewiesen|veranlasst|erfolgen|eingehen|rausgehen|rausgeschickt|abgebucht|bedient|freigegeben und bezahlt|bei ihnen (?:sein|eingehen)|auf ihrem konto sein|gutgeschrieben)|(?:wir|ich) (?:be)?zahle[n]?|(?:wir|ich) (?:überweise[n]?|begleiche[n]?|weise[n]?)|(?:zahlen|überweisen|begleichen) (?:wir|ich|sie|ihnen|den|die|das)|(?:be)?zahle ich|überweise ich|weisen wir ~ an|weise ich ~ an|zahlung (?:\w+ )?(?:erfolgt|geht|ist (?:für|zum|am|eingeplant|vorgesehen|terminiert)|wird|kommt|folgt|am|bis|zum|per|spätestens|ist \w+ (?:eingeplant|vorgesehen|terminiert))|überweisung (?:\w+ )?(?:erfolgt|geht|folgt|am|kommt|ist (?:für|zum|terminiert|eingeplant)|wird)|geht (?:\w+ ){0,4}(?:raus|an sie|auf ihr konto|in die zahlung|in den zahllauf|ein|rüber)|(?:im|beim|mit dem|in den|in unserem|nächsten) ~ (?:zahllauf|zahlungslauf|überweisungslauf)|haben sie (?:das|ihr) geld|(?:ist|sind|steht|stehen) (?:\w+ ){0,4}(?:eingeplant|vorgemerkt|vorgesehen|terminiert|zur zahlung (?:angewiesen|freigegeben|vorgesehen)|im zahllauf|im zahlungslauf|auf ihrem konto|bei ihnen)|(?:bekommen|erhalten|kriegen) sie ~ (?:geld|zahlung|überweisung|betrag|das|ihn)|sie (?:bekommen|erhalten|kriegen) ~ (?:geld|zahlung|überweisung|betrag|ihn|es|das)|zusage|zugesagt|(?:ist|sind) ~ (?:im|in der|in dem) (?:\w+ )?(?:zahllauf|zahlungslauf|überweisungslauf|zahlungsvorschlag)|wird (?:\w+ ){0,4}(?:bezahlt|überwiesen|beglichen|angewiesen|ausgeglichen|gezahlt)|werden (?:\w+ ){0,4}(?:bezahlt|überwiesen|beglichen|angewiesen|ausgeglichen|gezahlt)|rest ~ (?:am|bis|im|zum|folgt|ende|kommt)|mache ich ~ fertig|(?:der|die|den) ~ (?:bekommen|haben) sie
    """,
    "sent": r"""
    (?:wurde|wurden|haben|habe|hat|ist|sind|schon|bereits|längst|gestern|heute|am|vorgestern|war|waren) (?:[\w.,/:]+ ){0,10}(?:bezahlt|gezahlt|überwiesen|beglichen|angewiesen|ausgeglichen|abgebucht|rausgegangen|raus|veranlasst|getätigt|losgeschickt|eingezahlt|abgegangen|ausgeführt|verrechnet)|bezahlt (?:am|mit|per|gestern|heute|wurde|haben wir|ist)|(?:zahlung|überweisung|geld|betrag|zahlungsavis) ~ (?:ist|wurde|ging|hat) ~ (?:raus|unterwegs|erfolgt|ausgeführt|veranlasst|abgebucht|gebucht|verlassen|angewiesen|überwiesen|gutgeschrieben)|(?:ist|sind) (?:\w+ )?(?:unterwegs|raus|erledigt)|ging (?:\w+ |[\d.]+ ){0,4}(?:raus|ab|an sie|auf ihr)|zahlungsbeleg|überweisungsbeleg|zahlungsnachweis|überweisungsnachweis|kontoauszug anbei|zahlungsavis|avis|valuta|laut (?:unserem|unserer|meinem) ~ (?:bezahlt|überwiesen|beglichen)|schon (?:bezahlt|überwiesen)|bereits (?:bezahlt|überwiesen|beglichen|erfolgt)|von unserem konto (?:abgebucht|abgegangen)
    """,
    "not_sent": r"""
    (?:nicht|noch nicht|erst|sobald|wenn|falls|nie|kein|keine|bis|nachdem) ~ (?:bezahlt|gezahlt|überwiesen|beglichen|ausgeglichen|angewiesen|veranlasst)|(?:wird|werden|werde|soll|sollen|muss|kann|könnte) (?:[\w.,/:]+ ){0,10}(?:bezahlt|gezahlt|überwiesen|beglichen|angewiesen|ausgeglichen|abgebucht|veranlasst|verrechnet)|(?:bezahlt|überwiesen|beglichen|angewiesen) (?:wird|werden|werden kann|werden können)
    """,
    "negation": r"""
    nicht|kein(?:e|en|er|em|es)?|nie(?:mals)?|ohne|weder|unmöglich
    """,
    "cannot_pay_yet": r"""
    (?:nicht|noch nicht|kein(?:e|en)?) (?:\w+ ){0,4}(?:zahlen|bezahlen|überweisen|begleichen|zahlungsdatum|zahlungstermin|termin|zusagen|versprechen|freigegeben|nennen)|zahlen (?:wir|ich) (?:\w+ ){0,3}nicht(?:s)?
    """,
    "condition": r"""
    sobald|wenn (?:sie|wir|uns|die|der|das|ihr)|nachdem sie|sofern|vorausgesetzt|nach (?:erhalt|eingang|vorlage|zusendung|korrektur) (?:der|des|einer|eines|ihrer|ihres|von|korrigierte[rn]?)|erst (?:wenn|nach|sobald|bei)|unter der (?:bedingung|voraussetzung)|falls sie|dann (?:zahlen|überweisen|bezahlen|geht|wird|können|kann)|(?:schicken|senden) sie ~ und
    """,
    "hedge": r"""
    hoffentlich|hoffe|hoffen|vielleicht|eventuell|evtl|versuche[n]?|möglicherweise|voraussichtlich nicht|kann nichts versprechen|unter vorbehalt|wenn alles klappt|mal sehen
    """,
    "extension": r"""
    (?:zahlungs)?aufschub|frist(?:verlängerung|aufschub)|fristverl\w+|verläng(?:ern|erung)|(?:mehr|noch etwas|ein wenig|etwas mehr|etwas) (?:zeit|luft|geduld|aufschub)|stund(?:en|ung)|zahlungsziel (?:\w+ ){0,3}(?:verlängern|verschieben|bis|auf)|(?:verschieben|hinausschieben|später (?:be)?zahlen|hinauszögern|zurückstellen|schieben)|(?:können|könnten|dürfen|dürften|kann|wäre|ist) (?:wir|ich|es) (?:\w+ ){0,10}(?:erst|später|bis (?:zum|ende|mitte|anfang)) (?:\w+ |[\d.]+ ){0,5}(?:zahlen|bezahlen|überweisen|begleichen|warten|geben|gewähren)|(?:geben|gewähren|räumen) sie (?:uns|mir) (?:\w+ ){0,4}(?:bis|zeit|tage|wochen|woche|monat|frist)|bitte(?:n)? (?:\w+ ){0,6}(?:um|noch) (?:\w+ ){0,4}(?:geduld|aufschub|zeit|frist|stundung|verlängerung|nachsicht)|noch (?:\w+ )?(?:tage|wochen|\d+ tage|eine woche|zwei wochen|drei wochen|ein paar tage) (?:zeit|geduld|warten|aufschub)?|(?:bis|auf) (?:[\w.]+ ){1,4}(?:warten|gedulden|zeit geben|verschieben|verlängern|stunden)|zahlungsfrist
    """,
    "plan": r"""
    raten(?:zahlung|plan|weise|vereinbarung)?|in (?:\w+ )?(?:monats|teil)?(?:raten|teilbeträgen|teilzahlungen)|teilzahlungs(?:vereinbarung|plan)|abzahl(?:en|ung)|abstottern|abschlagszahlungen|(?:\d[\d.,]*|€|euro|eur|chf|fr\.) ?(?:€|euro|eur|chf)? (?:pro|im|je|jeden) (?:monat|woche)|monatlich(?:e|en)?|auf (?:\w+ )?(?:monate|mal|raten) (?:verteilen|aufteilen|zahlen|strecken)|aufteilen|zahlungsplan|stückweise|stottern|tilgungsplan|zahlungsvereinbarung
    """,
    "hardship": r"""
    (?:können|kann|könnten) (?:\w+ ){0,8}(?:nicht|nichts|nicht mehr|derzeit nicht|momentan nicht) (?:\w+ ){0,3}(?:bezahlen|zahlen|begleichen|überweisen|leisten|aufbringen|bedienen)|zahlungsunfähig\w*|zahlungsschwierigkeiten|liquiditäts(?:engpass|probleme?|schwierigkeiten|lage)|kein geld|keine (?:mittel|liquidität|liquiden mittel)|pleite|finanziell(?:e|en|er)? (?:not|lage|schwierigkeiten|engpass|probleme)|(?:konto|kasse) (?:\w+ ){0,2}(?:leer|gesperrt|gepfändet)|am ende|existenz\w*|nicht in der lage|(?:werden|werde) (?:\w+ ){0,3}nicht (?:be)?zahlen|zahle(?:n)? (?:\w+ ){0,2}(?:gar |sicher )?nicht|weigern|kurzarbeit|großkunde ~ (?:weg|insolvent|ausgefallen)|auftragseinbruch|überschuldet|mittellos|das geld (?:fehlt|ist nicht da|haben wir nicht|reicht nicht)
    """,
    "processing": r"""
    (?:ist|sind|wird|werden|liegt|wurde|wurden|befindet sich|befinden sich|haben wir|habe ich|noch) (?:\w+ ){0,7}(?:in (?:bearbeitung|prüfung|der prüfung|der freigabe|klärung)|zur (?:freigabe|prüfung|unterschrift|genehmigung|bearbeitung)|freigegeben|geprüft|bearbeitet|gebucht|erfasst|verbucht|weitergeleitet|eingegangen|genehmigt|im umlauf|im workflow|im freigabeprozess|in der buchhaltung|bei der buchhaltung|beim (?:chef|geschäftsführer|abteilungsleiter|projektleiter|einkauf)|auf dem (?:tisch|schreibtisch)|vorgelegt|kontiert|erhalten|abgezeichnet)|in bearbeitung|in prüfung|in klärung|freigabe (?:fehlt|steht|läuft|liegt|ausstehend|steht noch aus)|(?:wartet|warten|warte) (?:\w+ ){0,3}(?:auf (?:die |der |eine |noch )?(?:freigabe|unterschrift|genehmigung|rückmeldung|bestätigung|den|das ok))|(?:leite|leiten|gebe|geben|kümmere|kümmern|kläre|klären|prüfe|prüfen|frage|schaue|melde|melden) (?:\w+ ){0,6}(?:weiter|mich|uns|nach|ab|darum|das|es|intern|sofort|kurz|wieder)?|rechnungsprüfung|freigabelauf|rechnungseingang|eingangsbestätigung|status
    """,
    "legal": r"""
    (?:rechts)?anw(?:alt|alts|älte|ältin|altskanzlei|älten)|kanzlei|gericht\w*|amtsgericht|insolvenz\w*|insolvenzverwalter\w*|konkurs\w*|mahnbescheid|klage|verklagen|mandant\w*|vollstreckung\w*|einstweilige|unterlassung\w*|liquidation|liquidator|gläubiger\w*|zwangs\w*|rechtlich(?:e|en)? schritte|rechtsabteilung|rechtsweg|sanierungsverfahren|schutzschirm\w*|betreibung|nachlassstundung|strafanzeige|masse(?:forderung|verwalter)|forderungsanmeldung|eigenverwaltung|ausgleichsverfahren
    """,
    "stop": r"""
    (?:keine|nicht) (?:\w+ ){0,5}(?:mails?|e-?mails?|nachrichten|schreiben|mahnungen|erinnerungen|kontakt) (?:mehr|\w+ mehr)|(?:schreiben|kontaktieren|mailen|belästigen) sie (?:\w+ ){0,4}(?:nicht|nie) (?:mehr|wieder|länger|weiter)|(?:hören|unterlassen) sie ~ (?:auf|mails?|schreiben|schicken)|lassen sie (?:mich|uns) (?:\w+ )?in ruhe|(?:löschen|entfernen|streichen|nehmen) sie (?:\w+ ){0,5}(?:adresse|mailadresse|e-mail-adresse|daten|verteiler|kontakt)|aus (?:ihrem|dem) verteiler|abmelden|abbestellen|nicht mehr (?:an|unter) ~ (?:schreiben|mailen|kontaktieren)|nicht (?:mehr|weiter|länger) (?:kontaktieren|anschreiben|belästigen|mailen)|von weiteren ~ abzusehen
    """,
    "contact_change": r"""
    nicht mehr (?:\w+ ){0,4}(?:tätig|zuständig|bei uns|im unternehmen|im haus|hier|beschäftigt|angestellt|in der firma|verantwortlich)|(?:bin|ist|sind) (?:\w+ ){0,3}nicht (?:\w+ )?(?:zuständig|der richtige|die richtige|verantwortlich)|nicht (?:der|die|dein|ihr) (?:richtige[r]?|korrekte[r]?) (?:ansprechpartner\w*|adresse|person|stelle|kontakt)|(?:hat|haben) (?:\w+ ){0,6}(?:verlassen|gekündigt|den ruhestand|gewechselt|übernommen)|ausgeschieden|im ruhestand|in rente|in pension|neue[rn]? (?:ansprechpartner\w*|kontakt\w*|adresse|e-?mail-?adresse|mailadresse|zuständig\w*)|(?:wenden|schreiben|richten|senden|schicken|mailen|leiten|stellen|laden|adressieren|nutzen|verwenden) sie (?:\w+ ){0,12}(?:an [\w.+-]{1,40}@|an (?:die|den|unsere|unser|meine|meinen|frau|herrn) (?:\w+ )?(?:zentrale|buchhaltung|kreditorenbuchhaltung|kollegin|kollegen|kollege|\w+)|portal|über (?:unser|das|den|die)|ausschließlich|künftig|zukünftig|in zukunft)|(?:künftig|zukünftig|in zukunft|ab sofort) (?:\w+ ){0,6}(?:an|über|per|nur|ausschließlich) ~ (?:[\w.+-]{1,40}@|portal|adresse|senden|schicken|einreichen|hochladen)|lieferantenportal|ansprechpartner(?:in)? (?:ist|für|wäre)|zuständig (?:ist|dafür|hierfür|für)|falsche (?:adresse|person|abteilung|ansprechpartner\w*)|jetzt (?:frau|herr|\w+) (?:\w+ )?zuständig|rechnungsportal|(?:ich )?habe ~ übernommen
    """,
    "bank": r"""
    (?:neue|geänderte|aktuelle|richtige|korrekte|andere|ihre|eure|die|unsere|gültige|welche) (?:\w+ ){0,2}(?:bankverbindung|bankdaten|kontoverbindung|kontodaten|kontonummer|iban|bankkonto|zahlungsdaten|zahlungsverbindung)|bankverbindung(?:en|sdaten)?|bankdaten|kontoverbindung(?:en)?|kontodaten|iban|(?:neues|anderes|welches|falsches) konto|auf welches konto|bank gewechselt|konto (?:\w+ ){0,2}(?:geändert|gewechselt)
    """,
    "doc_request": r"""
    bitte|könnten sie|können sie|könnt ihr|könntet ihr|senden|schicken|zusenden|zukommen|benötig(?:e|en)|brauche[n]?|fehlt|fehlen|übersenden|nochmals?|noch einmal|nicht (?:erhalten|bekommen|vorliegen|gefunden|eingegangen|angekommen|vor|finden)|liegt (?:\w+ ){0,4}nicht vor|liegen (?:\w+ ){0,4}nicht vor|nie (?:erhalten|bekommen|gesehen|angekommen)|keine|kein|ohne|erbitten|wo ist|lassen sie|hätte(?:n)? gern|mailen|weiterleiten|anfordern|zusendung|um zusendung|bekommen wir|vorlage
    """,
    "doc_invoice_copy": r"""
    (?:rechnungs)?kopie(?:n)?|rechnungsdoppel|duplikat|zweitschrift|rechnung(?:en)? (?:\S+ ){0,6}(?:als pdf|nochmals?|noch einmal|erneut|zu(?:senden|schicken)|nicht (?:erhalten|bekommen|vor|angekommen|eingegangen|gefunden)|schicken|senden|zukommen|mailen|nie (?:erhalten|bekommen|angekommen)|finde)|(?:schicken|senden|mailen|brauche[n]?|benötigen?|fehlt|haben) (?:\w+ ){0,6}(?:die |der |diese |ihre |eine |keine )(?:\w+ )?rechnung(?:en)?|pdf|original(?:rechnung)?|rechnungsausdruck|e-rechnung|xrechnung
    """,
    "doc_statement": r"""
    kontoauszug|kontenauszug|kontoauszüge|saldenliste|saldenbestätigung|op-liste|offene[- ]posten[- ]?(?:liste|aufstellung)|aufstellung (?:aller|der|sämtlicher|über|ihrer) (?:\w+ )?(?:offenen|rechnungen|posten|forderungen)?|kontoübersicht|übersicht (?:aller|der|über) ~ (?:offenen|rechnungen|posten)|forderungsaufstellung|kontoblatt|gesamtaufstellung
    """,
    "doc_proof_of_delivery": r"""
    lieferschein(?:e|s|kopie)?|liefernachweis(?:e)?|abliefer(?:beleg|nachweis)|zustellnachweis|empfangsbestätigung|cmr|frachtbrief|pod|sendungsverfolgung|sendungsnummer|unterschriebene[nr]? (?:lieferschein|beleg)|abliefernachweis
    """,
    "doc_purchase_order": r"""
    (?:kopie (?:der|unserer) bestellung|bestellkopie|auftragsbestätigung|bestellschein)
    """,
    "doc_tax_form": r"""
    freistellungsbescheinigung|unbedenklichkeitsbescheinigung|ansässigkeitsbescheinigung|ust-?id(?:-nr\.?|nummer)? (?:nachweis|bescheinigung)|steuerbescheinigung|steuerformular|13b-?(?:bescheinigung|nachweis)|gelangensbestätigung|w-?9|w-?8
    """,
    "doc_bank_details": r"""
    bankbestätigung
    """,
    "doc_credit_note": r"""
    gutschrift(?:en|sbeleg)?|gutschriftsanzeige|stornorechnung|rechnungskorrektur als pdf
    """,
    "doc_contract": r"""
    (?:kopie (?:des|vom|unseres) (?:\w+ )?vertrag(?:s|es)?|vertragskopie|(?:unterschriebenen?|unterzeichneten?) (?:vertrag|angebot|rahmenvertrag)|mietvertrag|rahmenvertrag|angebotskopie)
    """,
    "doc_other": r"""
    stundenzettel|stundennachweis(?:e)?|arbeitsnachweis(?:e)?|leistungsnachweis(?:e)?|tätigkeitsnachweis(?:e)?|regiebericht(?:e)?|aufmaß|abnahmeprotokoll|prüfprotokoll|prüfbericht|werkszeugnis|zertifikat|einzelnachweis|montagebericht|servicebericht|rapport(?:e|zettel)?|ursprungszeugnis|lieferantenstammblatt|versicherungsnachweis
    """,
    "dispute_price": r"""
    (?:falsche[rn]?|vereinbarte[rn]?|überhöhte[rn]?|höhere[rn]?|zu hohe[rn]?|alte[rn]?|andere[rn]?|abweichende[rn]?|angebotene[rn]?) (?:\w+ )?(?:preis(?:e)?|einzelpreis|stückpreis|stundensatz|satz|tarif|einheitspreis|konditionen)|preis(?:e|abweichung|differenz|erhöhung)? (?:\w+ ){0,4}(?:falsch|stimmt|stimmen|zu hoch|nicht|weicht|abweich\w+|höher)|preis(?:abweichung|differenz)|zu (?:hoch|teuer|viel) (?:berechnet|abgerechnet|in rechnung|verrechnet)?|zuviel berechnet|(?:laut|gemäß|im|nach|lt\.?) (?:\w+ )?(?:angebot|kostenvoranschlag|auftragsbestätigung|rahmenvertrag|vereinbarung|preisliste) ~ (?:\d|€|eur|waren|war|ist|sind|beträgt|hatten|galt)|(?:fracht|versand|porto|liefer|transport|anfahrts|verpackungs|mindermengen)(?:kosten|pauschale|zuschlag|gebühr)?(?:zuschlag)? (?:\w+ ){0,5}(?:nicht|nie|frei|kostenlos|keine)|frachtkosten|(?:rabatt|nachlass|mengenrabatt) (?:\w+ ){0,5}(?:nicht|fehlt|vergessen|vereinbart|abgezogen|berücksichtigt)|(?:ohne|fehlende[rn]?|vereinbarte[rn]?) (?:\w+ )?(?:rabatt|nachlass|skonto)|nicht (?:im|teil des|vom) (?:\w+ )?(?:angebot|auftrag)s?|statt (?:der |den |des )?(?:vereinbarten?|angebotenen?|\d|€)
    """,
    "dispute_quantity": r"""
    (?:nur|lediglich|bloß) (?:[\w.]+ ){0,3}(?:geliefert|erhalten|bekommen|angekommen|eingegangen|bestellt|abgeladen|gekommen|stück|paletten|kartons|kisten|stunden|säcke|von)|fehl(?:en|t|ten|te|menge|mengen)(?: (?:\w+ ){0,3}(?:stück|kartons?|paletten?|kisten|teile|ware|säcke|rollen|meter|artikel|pakete?|positionen))|(?:zu wenig|weniger) (?:\w+ )?(?:geliefert|erhalten|stück|stunden|als)|mengen(?:differenz|abweichung)?|menge (?:\w+ ){0,4}(?:falsch|stimmt|nicht|weicht)|(?:zu viele?|mehr) (?:\w+ )?(?:stunden|stück|tage|positionen|berechnet|als (?:bestellt|geliefert))|(?:teil|minder|unter)lieferung|unvollständig(?:e|en)? (?:lieferung|geliefert)?|stunden (?:\w+ ){0,4}(?:stimmen|falsch|nicht|zu viel)
    """,
    "dispute_quality": r"""
    mangel(?:haft|hafte|hafter)?|mängel(?:rüge|n)?|defekt(?:e|en|er)?|beschädigt(?:e|en|er)?|kaputt(?:e|en)?|fehlerhaft(?:e|en|er)?|reklam(?:ation|ieren|iert)|funktioniert (?:\w+ )?nicht|schadhaft|qualitäts?(?:mangel|mängel|probleme?)?|schlechte (?:qualität|arbeit|ausführung)|unbrauchbar|rost(?:ig|ige|et)?|undicht|gerissen|verzogen|falsche (?:ware|teile|artikel|farbe|größe|lieferung)|nachbesser(?:n|ung|t)|nacharbeit(?:en)?|bruch|zerbrochen|schimmel\w*|verdorben|transportschaden|nicht (?:fertig|abgenommen|fachgerecht|ordnungsgemäß|vollständig ausgeführt)|verkratzt|leck(?:t|age)?|pfusch|schaden
    """,
    "dispute_not_received": r"""
    (?:nie|nicht|noch nicht|keine|kein|bis heute nicht|nichts) (?:\w+ ){0,3}(?:geliefert|angekommen|eingetroffen|erbracht|ausgeführt|durchgeführt|zugestellt|lieferung|ware (?:erhalten|bekommen)|gekommen)|(?:ware|lieferung|ware[n]?|bestellung|paket|leistung|sendung|material|teile) (?:\S+ ){0,8}(?:nie|nicht|bis heute nicht|nicht bei uns) (?:\w+ )?(?:erhalten|bekommen|angekommen|eingetroffen|eingegangen|geliefert|erfolgt|erbracht|an)|warten (?:\w+ ){0,4}(?:auf die (?:ware|lieferung|teile)|auf unsere (?:ware|lieferung))|keine (?:ware|lieferung|leistung)|wo bleibt (?:die|unsere) (?:ware|lieferung)|nicht ausgeliefert
    """,
    "dispute_duplicate": r"""
    (?:dieselben?|dasselbe|derselbe|die gleichen?|das gleiche) (?:\S+ ){0,4}(?:sie|ihr) (?:\S+ ){0,5}(?:schon|bereits) (?:\S+ ){0,3}(?:berechnet|abgerechnet|fakturiert|in rechnung)|doppelt(?:e|en|er)?|zweimal|zwei mal|2x|bereits (?:mit|in|unter|durch) (?:\w+ )?(?:rechnung|re)|(?:schon|bereits) (?:einmal )?(?:berechnet|in rechnung gestellt|fakturiert|abgerechnet)|dublette|doppelberechnung|identisch(?:e)?|(?:derselbe|dieselbe|dasselbe|denselben|dieselben|gleiche[rns]?|identische[rns]?) (?:\w+ ){1,3}wie|dieselbe (?:leistung|lieferung|ware|rechnung)|gleiche (?:leistung|lieferung) (?:wie)?|duplikat von
    """,
    "dispute_wrong_entity": r"""
    (?:falsche[rns]?|andere[rns]?|nicht unsere?) (?:\w+ )?(?:firma|gesellschaft|rechnungsempfänger|empfänger|unternehmen|kunde|firmierung|adressat|mandant|kostenstelle|tochter\w*|rechnungsadresse)|(?:nicht|nie) (?:\w+ )?(?:unsere rechnung|für uns|an uns|bei ihnen (?:bestellt|kunde))|schwesterfirma|schwestergesellschaft|tochtergesellschaft|muttergesellschaft|(?:muss|müsste|sollte|gehört|soll) (?:\w+ ){0,3}(?:auf|an) (?:die |unsere )?(?:\w+ ){0,3}(?:gmbh|ag|kg|ug|ohg|se|holding|lauten|ausgestellt|adressiert)|(?:gehört|betrifft) (?:\w+ )?nicht (?:zu )?uns|umfirmier\w+|verkauft an|kein kunde|kennen wir nicht|sind nicht (?:der|ihr) (?:kunde|auftraggeber|besteller|rechnungsempfänger)
    """,
    "dispute_po_mismatch": r"""
    (?:falsche|fehlende|ohne|keine|ungültige|abgelaufene|andere|richtige|korrekte) (?:\w+ )?(?:bestell(?:nummer|-?nr\.?|ung|bezug)|po(?:-nummer)?|auftragsnummer|sap-nummer)|(?:fehlt|fehlen|fehlte|ohne|vermissen) (?:\w+ ){0,3}(?:bestell(?:nummer|-?nr\.?|bezug)|po-?nummer|auftragsnummer)|bestell(?:nummer|-?nr\.?|ung|bezug) (?:\S+ ){0,4}(?:fehlt|falsch|stimmt|nicht|ungültig|geschlossen|ist|gehört)|po-?nummer (?:\w+ ){0,3}(?:fehlt|falsch)|kein bestellbezug|zurückgewiesen ~ bestell\w+|(?:passt|stimmt) nicht (?:zu|zur|mit) (?:\w+ )?(?:bestellung|bestellnummer)
    """,
    "dispute_tax": r"""
    (?:mwst|mehrwertsteuer|umsatzsteuer|ust|steuer|vorsteuer|steuersatz|ust-?id(?:-?nr)?) ?\.?(?: \S+){0,6} (?:falsch|fehlt|nicht|stimmt|zu unrecht|ausgewiesen|reverse|ungültig|müsste|sollte|muss|entfallen|statt)|(?:falsche[rn]?|ohne|zu unrecht|keine|unzulässige|fehlende|deutsche) (?:\w+ )?(?:mwst|mehrwertsteuer|umsatzsteuer|ust|steuersatz|ust-?id(?:-?nr)?|steuernummer)|reverse[- ]charge|steuerschuldnerschaft|13b|innergemeinschaftlich\w*|steuerfrei\w*|\d{1,2} ?% (?:statt|mwst|ust|mehrwertsteuer)|kleinunternehmer\w*
    """,
    "dispute_terms": r"""
    (?:noch )?nicht (?:\w+ )?fällig|noch gar nicht fällig|zahlungsziel (?:\w+ ){0,5}(?:\d+|beträgt|ist|von|vereinbart|läuft|noch nicht|netto)|(?:30|45|60|75|90|120) tage (?:netto|zahlungsziel|ziel|vereinbart)|zahlungsbedingungen|sicherheitseinbehalt|gewährleistungseinbehalt|einbehalt(?:en)?|mahngebühr(?:en)?|verzugszinsen|vertragsstrafe|pönale|fälligkeit (?:\w+ ){0,4}(?:falsch|erst|ist|am)|erst (?:\w+ ){0,3}fällig|fällig (?:erst|ist erst)|vereinbarte[nr]? (?:frist|zahlungsziel)|frist läuft|skontoabzug|nach abnahme
    """,
    "dispute_cancelled": r"""
    stornier(?:t|ung|en)|storno|gekündigt|kündigung|abbestellt|zurückgeschickt|retour(?:e|niert|niere|en)|rücksendung|zurückgesendet|zurückgegeben|widerruf(?:en)?|vertrag (?:\w+ ){0,4}(?:beendet|ausgelaufen|gekündigt)|annulliert|auftrag (?:\w+ ){0,3}zurückgezogen
    """,
    "dispute_credit_due": r"""
    (?:noch |fehlende |versprochene |ausstehende |zugesagte |offene |auf (?:die|eine|ihre) |steht |schulden |abzüglich |warten )(?:\w+ ){0,4}gutschrift(?:en)?|gutschrift (?:\S+ ){0,6}(?:fehlt|aussteht|steht|nicht|noch|zugesagt|versprochen|offen|verrechnen|abziehen|über|warten)|bonus(?:gutschrift)?|rückvergütung|verrechn(?:en|ung) (?:\w+ ){0,3}gutschrift|gutgeschrieben werden|gutschreiben
    """,
    "dispute_other": r"""
    widersprech(?:en|e)|widerspruch|beanstand(?:en|ung|et)|einspruch|bestreiten|strittig(?:e|er)?|nicht (?:\w+ )?(?:akzeptier(?:en|t)|anerkenn(?:en|t)|einverstanden|korrekt|richtig|nachvollziehbar|berechtigt|bestellt|beauftragt|in ordnung)|(?:rechnung|betrag|summe|das|da) (?:\S+ ){0,3}(?:falsch|stimmt (?:so )?nicht|fehlerhaft|nicht korrekt|nicht richtig|stimmt was nicht)|stimmt (?:\w+ )?nicht|korrigier(?:en|te|ten|t)|korrektur|rechnungskorrektur|aufrechn(?:en|ung)|schadenersatz|schadensersatz|nie (?:bestellt|beauftragt)|weisen ~ zurück|zurückgewiesen|wehren|unberechtigt(?:e)?|neu (?:aus)?stellen|zurückbehalten|zurückbehaltungsrecht|gegenforderung
    """,
    "not_dispute": r"""
    (?:kein|keine) (?:problem|einwände|beanstandungen|reklamation|mängel|zweifel)|unstrittig|unbestritten|(?:alles|passt|rechnung ist|das ist|ware war|war) (?:\w+ )?(?:in ordnung|korrekt|richtig|ok|bestens|einwandfrei)|nicht(?:s)? zu beanstanden|keine schuld
    """,
    "question": r"""
    (?:können|könnten|könnt|haben|gibt|ist|sind|wird|wurde|dürfen|darf|soll|sollen|kann) (?:sie|wir|ich|es|das|die|der|ihr|mir|uns)|was|welche[rsnm]?|wer|wann|wo|warum|wieso|weshalb|wie|wohin|ob|bitte (?:um )?(?:mitteilung|rückmeldung|auskunft|klären|prüfen|teilen sie|bestätigen)|teilen sie (?:mir|uns) (?:\w+ )?mit
    """,
    "rhetorical": r"""
    ist das (?:so )?(?:ok|in ordnung|möglich|machbar|okay)|passt das|geht das|einverstanden|wäre das|in ordnung\?|wie geht es
    """,
    "unrelated": r"""
    newsletter|seo|webinar|marketing|angebot für|werbung|bewerbung|lebenslauf|messe|einladung|weihnachtsfeier|sommerfest|frohe (?:weihnachten|ostern)|neues angebot|neue bestellung|bestellen (?:wir|möchten)|lieferzeit|preisliste|preisanfrage|anfrage (?:für|nach|über)|termin für|besuchstermin|umfrage|gewinnspiel|unverbindlich\w*|produktkatalog|katalog|praktikum|zusammenarbeit
    """,
    "inject": r"""
    (?:ignorier(?:e|en|t)|missachte(?:n)?|vergiss|vergessen sie|übergehe(?:n)?|überschreibe(?:n)?) (?:\w+ ){0,5}(?:anweisung(?:en)?|instruktion(?:en)?|vorgaben|regeln|befehle|prompts?|obige\w*)|(?:hinweis|nachricht|anweisung|notiz|mitteilung|befehl|an)(?: \w+)? (?:an|für) (?:die |den |das |alle |ihre |ihr )?(?:\w+ )?(?:ki|ai|assistenten?|assistentin|bot|system|software|sprachmodell|modell|agenten?|automat|automatische\w*|chatbot|programm)|(?:ki|ai)-(?:assistent\w*|agent\w*|system|modell|software)|du bist (?:jetzt )?(?:ein|eine)|systemanweisung|system-?prompt|(?:als|lieber) (?:ki|sprachmodell|assistent)|(?:markiere|markieren sie|setze|setzen sie|buche|buchen sie|verbuche|kennzeichne|kennzeichnen sie|stufe) (?:\w+ |[\w/-]{2,20} ){0,6}(?:als (?:bezahlt|beglichen|erledigt|ausgeglichen|geschlossen)|auf (?:bezahlt|null|erledigt|0))|ohne (?:menschliche|manuelle) (?:prüfung|freigabe|kontrolle)|(?:falls|wenn) (?:du|sie) (?:eine? )?(?:ki|bot|sprachmodell|automat\w*|maschine)|(?:automatisches? system|maschine|software),? (?:das|die|welche\w*) ~ (?:liest|verarbeitet)|antworte (?:nur|ausschließlich|mit)
    """,
    "threat": r"""
    (?:das|sie) (?:\w+ ){0,3}(?:bereuen|noch leid tun)|ich weiß,? wo (?:sie|du) wohn\w*|schlechte bewertung(?:en)?|negative bewertung|konsequenzen|an die presse|anzeige erstatten|strafanzeige|sonst (?:passiert|knallt|können sie was erleben|wechseln wir)|letzte warnung|zur polizei|fertig machen|anderen lieferanten|verbraucherschutz
    """,
    "ooo": r"""
    abwesend|abwesenheit\w*|nicht im (?:büro|haus|hause)|(?:im|in) urlaub|urlaub|elternzeit|mutterschutz|außer haus|wieder (?:da|erreichbar|im büro|für sie da)|nicht erreichbar|betriebsferien|krankheitsbedingt|auf dienstreise|betriebsurlaub|meine vertretung|vertretung
    """,
    "auto": r"""
    (?:ihre|deine) (?:anfrage|nachricht|e-?mail|ticket) (?:\w+ ){0,3}(?:erhalten|eingegangen|registriert|erfasst)|ticketnummer|vorgangsnummer|automatisch(?:e|en)? (?:antwort|generiert|erstellt|nachricht|eingangsbestätigung)|automatisch erstellt|nicht auf diese e-?mail
    """,
    "bounce": r"""
    unzustellbar\w*|nicht zugestellt werden|zustellung fehlgeschlagen|empfänger unbekannt|postfach (?:voll|existiert nicht)
    """,
    "courtesy": r"""
    danke(?:schön)?|vielen dank|besten dank|ok|okay|alles klar|verstanden|zur kenntnis|wird gemacht|perfekt|super|grüße|gruß|hallo|guten (?:tag|morgen)|merci|passt|gerne
    """,
}
