"""French phrases of receivables mail, Belgium, Switzerland and Canada included."""
# ruff: noqa: E501 - a phrase list is read down, not across

CUES: dict[str, str] = {
    "pay": r"""
    pai(?:e|es|ent|er|era|erons|ement|ements|é|ée|és|ées|rons)|paye\w{0,4}|paiement|paiements|r[eè]gl(?:er|e|ons|ement|ements|é|ée|és|ées|erons|erai|era|ent)|vir(?:er|ement|ements|é|ée|ons|erai)|vers(?:er|ement|é|ée|ons|erons)|sold(?:er|é|ée|ons|erons)|chèques?|prélèvement|fonds|argent|montant|somme|facture|factures|solde|acompte|mandat|trésorerie|échéance|campagne|décaissement|transfert|interac|dépôt|reste
    """,
    "will_pay": r"""
    (?:sera|seront|serez|va|vont|vais|allons|allez|pourrons|pouvons|peut|doit|devrait|devraient|devrez) ~ (?:être )?(?:payée?s?|réglée?s?|soldée?s?|virée?s?|versée?s?|effectuée?s?|fait|faits|émis|émise|exécutée?s?|lancée?s?|envoyée?s?|transmis|mandatée?s?|crédités?|partir|payer|régler|virer|solder|verser|effectuer|faire le virement|procéder|recevoir|prélevée?s?)|(?:nous|on|je|j') ?(?:vous )?(?:paierons|payerons|réglerons|virerons|solderons|verserons|effectuerons|ferons|paierai|réglerai|virerai|ferai|enverrai|paye|paie|payons|règle|réglons|vire|virons|fais le virement|faisons le (?:virement|règlement)|procéderons|procède|solde|effectuons|envoie|envoyons|lance|lançons|verse|versons)|vous (?:devriez|devrez|pourrez) (?:la |le |l'|les )?(?:voir|recevoir|avoir|retrouver)|bordereau (?:de |des )?(?:virements?|paiements?|règlements?)|(?:chèque|virement|règlement|paiement|courrier) (?:\S+ ){0,2}part|ok pour le|vous (?:aurez|recevrez|serez (?:payés?|réglés?)|allez (?:recevoir|être (?:payés?|réglés?)))|(?:virement|paiement|règlement|chèque) (?:\w+ ){0,3}(?:partira|part|est (?:prévu|programmé|planifié|fixé|en attente de départ)|prévu|programmé|planifié|sera|interviendra|suivra|demain|le|pour le|avant|d'ici|au plus tard|lundi|mardi|mercredi|jeudi|vendredi|arrivera|de l'intégralité)|(?:est|sont|bien) (?:\w+ )?(?:prévue?s?|programmée?s?|planifiée?s?|inscrite?s?|intégrée?s?|mise?s? (?:en paiement|au paiement)|passée?s? (?:en|au)) (?:\w+ )?(?:au|en|pour|dans|le|à|sur)|(?:partira|partiront|part|passera|passeront|sortira) (?:\w+ )?(?:dans|avec|au|lors|le|lundi|mardi|mercredi|jeudi|vendredi|demain|en)|(?:prochaine?|campagne|lot|vague|train|échéancier) (?:\w+ )?(?:de )?(?:paiements?|règlements?|virements?)|m'engage|nous engageons|le (?:reste|solde) (?:\w+ )?(?:le|fin|sera|suivra|avant|au|courant)|c'est prévu (?:pour|le)|mise? en paiement
    """,
    "sent": r"""
    (?:a|ont|avons|ai|avez|est|sont|été|était|étaient|déjà|bien|vient d'être|venons de|viens de) (?:\S+ ){0,7}(?:payée?s?|réglée?s?|virée?s?|soldée?s?|versée?s?|effectuée?s?|émise?s?|partie?s?|débitée?s?|encaissée?s?|fait (?:le |un |partir )?(?:virement|règlement|paiement)|acquittée?s?|exécutée?s?|envoyée? (?:le|un|votre|par) (?:chèque|virement|courrier)|posté|transmis (?:le|un) chèque|mandatée?s?|payer|régler|effectuer le (?:virement|paiement|règlement)|faire le (?:virement|paiement))|(?:payée?s?|réglée?s?|virée?s?|soldée?s?) (?:\w+ )?(?:le|par|hier|ce matin|en date|depuis|la semaine dernière|intégralement|par (?:virement|chèque))|(?:virement|paiement|règlement|chèque) (?:\S+ ){0,6}(?:effectué|émis|parti|exécuté|envoyé|fait|a été|est en cours|en route|passé|du \d|en date du|débité|encaissé)|preuve de (?:paiement|virement|règlement)|avis de (?:virement|paiement|règlement)|justificatif (?:de|du) (?:virement|paiement|règlement)|c'est (?:payé|réglé|parti|viré|fait|soldé)|vous avez (?:encaissé|reçu (?:le|notre) (?:chèque|virement|paiement))|ordre de virement
    """,
    "not_sent": r"""
    (?:pas|jamais|sera|seront|va|vont|doit|pourra|pourrait|devrait|serait|sera pas|dès que|quand|avant|sans|faut|allons|vais|pouvons|pouvoir|peut|peux|pourrons|devons|souhaitons|si) (?:\S+ ){0,4}(?:être |avoir )?(?:payée?s?|réglée?s?|virée?s?|soldée?s?|versée?s?|effectuée?s?|payer|régler|émise?s?|fait|envoyée?s?|exécutée?s?)
    """,
    "negation": r"""
    ne|n'\w+|pas|aucune?|jamais|plus|sans|ni|impossible
    """,
    "cannot_pay_yet": r"""
    (?:ne|n') ?(?:\w+ ){0,3}(?:pouvons|peux|peut|pourrons|réglerons|paierons|paie|payons|règle|puis|pourra|allons|sera|seront) (?:\w+ ){0,2}(?:pas|rien|plus|que) (?:\w+ ){0,3}(?:payer|régler|promettre|engager|confirmer|payée?s?|réglée?s?|donner|virer)?|pas de date|aucune date|aucun paiement|pas (?:encore )?(?:payer|régler|validée?|programmée?)
    """,
    "condition": r"""
    dès (?:que (?:vous|nous|j'|on|la|le|votre)|réception)|à (?:la )?réception (?:de|du|d')|une fois (?:que|la|le|l'|reçue?)|quand (?:vous|nous aurons|j'aurai)|lorsque (?:vous|nous|la|le)|sous réserve|à condition|si vous (?:nous|m'|pouvez|acceptez|corrigez|envoyez|refaites)|après (?:réception|correction|envoi)|envoyez[- ](?:moi|nous) ~ et|aussitôt|dans l'attente de votre ~ (?:avoir|facture)
    """,
    "hedge": r"""
    j'espère|nous espérons|espérons|peut-être|éventuellement|essa(?:yer|yons|ie|ierons|ierai|yerai)|normalement pas|sans garantie|je ne garantis|si tout va bien|possiblement|sans certitude
    """,
    "extension": r"""
    délai(?:s)? (?:\w+ ){0,3}(?:supplémentaires?|de (?:paiement|grâce|règlement)|jusqu|de|pour)|(?:un|quelque|petit|court|bref|nouveau) délai|report(?:er|ons|é|de|ez)?|repouss(?:er|ée?|ons|ez)|décal(?:er|ée?|ons|age|ez)|différer|prolong(?:er|ation)|(?:plus|peu|davantage|un peu plus) (?:de |d')temps|(?:accorder|accordez|laisser|laissez|donner|donnez|octroyer)(?:[- ](?:nous|moi))? (?:\w+ ){0,4}(?:jusqu|délai|temps|jours|semaines?|mois|répit)|(?:nous|m') ?accorder|(?:pouvons|pourrions|puis|serait|pourrait|est)[- ](?:nous|je|il|on|ce) (?:\S+ ){0,6}(?:payer|régler|attendre|décaler|reporter|repousser|patienter) (?:\S+ ){0,4}(?:fin|le|jusqu|début|mi|plus tard|que le)|(?:patienter|attendre) (?:\w+ ){0,2}(?:jusqu|encore|un peu|quelques|le|fin)|(?<!au\x20)plus tard|sursis|facilités? de (?:paiement|trésorerie)|(?:encore|besoin de) (?:\w+ ){0,3}(?:jours|semaines?|mois) (?:de plus|supplémentaires?)?
    """,
    "plan": r"""
    échelonn(?:er|ement|ements|é|ée|ons)|échéancier|en (?:plusieurs|deux|trois|quatre|cinq|six|\d+) (?:fois|mensualités|versements|échéances|paiements|tranches)|mensualités?|étal(?:er|ement|ée|é|ons)|facilités? de paiement|plan (?:de paiement|d'apurement|de règlement|de remboursement)|(?:€|euros?|eur|\$|chf|dollars) ?(?:par|chaque|tous les|/) ?(?:mois|semaines?)|par (?:mois|semaine)|fractionn(?:er|é|ement)|arrangement|versements? mensuels?|acomptes? mensuels?|petit à petit
    """,
    "hardship": r"""
    (?:ne|n') ?(?:\w+ ){0,3}(?:pouvons|peux|peut|pourrons|pourrai|sommes|suis|avons|ai) (?:\w+ ){0,2}(?:pas|plus|rien|aucun(?:e)?) (?:\w+ ){0,5}(?:payer|régler|honorer|assumer|moyens|les moyens|en mesure|l'argent|trésorerie|les fonds|solder|faire face)|difficultés? (?:financières?|de trésorerie|de paiement|passagères?)|trésorerie (?:\w+ ){0,4}(?:tendue|difficile|vide|à sec|bloquée|ne permet|insuffisante|exsangue)|problèmes? de trésorerie|à sec|pas (?:un sou|d'argent|les fonds|un centime)|(?:plus|aucun) (?:d'argent|de trésorerie|sou|moyen)|cessation (?:de paiements?|d'activité)|incapables? de (?:payer|régler)|impossibilité|au bord (?:de la faillite|du gouffre)|comptes? (?:\w+ ){0,2}(?:bloqué|vide|saisi)s?|refus(?:ons|e) de (?:payer|régler)|(?:ne|n') ?(?:paierons|paierai|réglerons|réglerai) (?:pas|rien)|perdu (?:notre|mon) (?:principal|plus gros|gros) client
    """,
    "processing": r"""
    (?:est|sont|a été|ont été|bien|toujours|actuellement|encore|se trouve) (?:\w+ ){0,5}(?:en (?:cours(?: de (?:traitement|validation|vérification|signature|saisie|contrôle))?|attente(?: de| d')?|validation|traitement|circuit)|à la (?:signature|validation|comptabilité)|au (?:service|circuit|visa)|validée?s?|approuvée?s?|reçue?s?|enregistrée?s?|transmise?s?|saisie?s?|comptabilisée?s?|traitée?s?|chez (?:le|notre|mon)|auprès d[ue]|dans (?:le|notre) (?:circuit|système|parapheur))|en cours de (?:traitement|validation|vérification|signature)|en attente (?:de |d')(?:validation|approbation|signature|visa|bon à payer|la|l'|accord)|bon à payer|bien reçu|(?:je|nous) (?:\w+ )?(?:transmets|transmettons|transfère|transférons|vérifie|vérifions|regarde|relance|relançons|me renseigne|reviens|revenons|reviendrai|fais suivre|fais le (?:point|nécessaire)|faisons le (?:point|nécessaire)|interroge|contrôle)|(?:vous )?(?:tiens|tiendrai|tiendrons) (?:informé|au courant)|service fait|circuit de validation|parapheur|prise en charge|prise en compte
    """,
    "legal": r"""
    avocate?s?|tribunal|tribunaux|mise en demeure|huissier|liquidation|liquidateur|redressement(?: judiciaire)?|sauvegarde|procédure (?:collective|judiciaire|de sauvegarde)|mandataire judiciaire|administrateur judiciaire|faillite|syndic|curateur|assignation|assigner|voie(?:s)? (?:judiciaire|légale|de droit)|poursuites?|contentieux|justice|cabinet d'avocats|déclaration de créances?|déclarer (?:votre|vos) créances?|injonction|concordat|prud'homm\w+|sursis concordataire|lfc|maître [a-z]+
    """,
    "stop": r"""
    (?:arrêt(?:ez|er)|cess(?:ez|er)) (?:de |d')(?:m'|nous |me )?(?:envoyer|écrire|contacter|relancer|harceler)|(?:arrêt(?:ez|er)|cess(?:ez|er)) (?:de |d')(?:\w+ ){0,3}(?:écrire|contacter|envoyer|relancer|harceler|solliciter|mailer|m'|nous)|ne (?:\w+ ){0,2}(?:écrivez|contactez|envoyez|relancez|sollicitez) plus|(?:retir|supprim|enlev|désinscri|ray)(?:ez|er|vez|re)(?:[- ](?:moi|nous))? (?:\w+ ){0,4}(?:adresse|liste|fichier|courriel|mail|coordonnées|vos)|désinscri\w+|désabonn\w+|laissez[- ](?:moi|nous) tranquilles?|plus (?:jamais )?(?:de |d')(?:mails?|e-?mails?|courriels?|messages?|relances?)|ne (?:plus|souhaite plus|souhaitons plus|veux plus|désire plus) (?:\w+ ){0,3}(?:recevoir|être contactée?s?|contacter|écrire|relancer)
    """,
    "contact_change": r"""
    (?:ne|n') ?(?:\w+ ){0,3}(?:travaille|travaillent|fait|fais|s'occupe|m'occupe|suis|est|gère) (?:plus|pas) (?:\w+ ){0,4}(?:dans|chez|partie|des?|du|l[ae]|en charge|responsable|concernée?|bonne|bon|ici|au|plus)|a pris sa retraite|c'est (?:maintenant|désormais) (?:le|la|l'|moi|mon|notre|m\.|mme)|écrivez[- ]leur|a quitté|ont quitté|quitté (?:la société|l'entreprise|ses fonctions)|parti(?:e)? (?:à la|en) retraite|à la retraite|(?:j'ai|a|je) (?:repris|remplacé|remplace|reprend(?:s)?)|remplac(?:é|ée|e|ant|ante) (?:par|de)|nouvel(?:le)? (?:interlocut\w+|contact|adresse|responsable|comptable)|(?:veuillez|merci de|svp|prière de|il faut|pourriez-vous|à l'avenir|désormais|dorénavant)[ ,](?:\w+ ){0,5}(?:adresser|envoyer|écrire|contacter|transmettre|déposer|rediriger|vous adresser|utiliser|diriger|passer par|acheminer) (?:\S+ ){0,10}(?:à|au|sur|via|par|[\w.+-]{1,40}@)(?: \w+)? ?(?:portail|plateforme|service|adresse|[\w.+-]{1,40}@|collègue|comptabilité|madame|monsieur|mme|m\.|chorus)|(?:à l'avenir|désormais|dorénavant)|mauvaise? (?:interlocut\w+|service|adresse|personne|destinataire)|portail (?:fournisseurs?|chorus)|chorus pro|(?:contactez|écrivez à|adressez-vous à|voyez avec|adressez) (?:\S+ ){0,8}(?:[\w.+-]{1,40}@|madame|monsieur|mme|mon collègue|ma collègue|notre (?:service|comptable))|pas (?:le|la) bon(?:ne)? (?:interlocut\w+|personne|service|adresse)
    """,
    "bank": r"""
    rib|iban|bic|coordonnées bancaires|relevé d'identité bancaire|compte bancaire|(?:nouveau|ancien|autre|bon|mauvais|quel) (?:\w+ )?compte|domiciliation|changement de banque|changé de banque|informations bancaires|références bancaires|coordonnées de (?:paiement|virement)|spécimen de chèque
    """,
    "doc_request": r"""
    merci de|veuillez|pourriez[- ]vous|pouvez[- ]vous|pourrais[- ]tu|peux[- ]tu|svp|s'il (?:vous|te) plaît|envoy(?:er|ez)|renvoy(?:er|ez)|transmett(?:re|ez)|transmet|fournir|fournissez|adress(?:er|ez)|besoin (?:de|d')|manque|il (?:nous|me) faut|faire parvenir|(?:pas|jamais|rien) (?:\w+ )?(?:reçue?s?|trouvée?s?|eue?s?|vue?s?)|sans|introuvable|n'(?:ai|avons) (?:pas|jamais)|communiquer|joindre|obtenir|demand(?:e|ons|er)|en attente d[eu']|attends|attendons|recevoir|où est|souhait\w+|retrouve pas|refaire passer
    """,
    "doc_invoice_copy": r"""
    copies? (?:\S+ ){0,4}factures?|duplicata|(?:envoyer|renvoyer|transmettre|retransmettre|renvoyez|envoyez|fournir|recevoir|reçu|reçue|trouve|retrouve|avoir|adresser|joindre) (?:\S+ ){0,6}(?:la |cette |ces |les |votre |vos |ladite |l'original de la )factures?|facture (?:\S+ ){0,5}(?:pas|jamais) (?:\w+ )?(?:reçue?|trouvée?|arrivée?|parvenue?)|pdf|facture originale|original de la facture|pièce jointe (?:\w+ ){0,3}(?:manqu\w+|absente|oubli\w+)|(?:pas|jamais) (?:\w+ )?(?:reçu|vu|eu) (?:\w+ ){0,3}facture
    """,
    "doc_statement": r"""
    relevé(?:s)? (?:de |du )?(?:compte|factures?)|extrait de compte|état de compte|relevé|situation (?:de|du) compte|grand livre|balance âgée|récapitulatif (?:des|de|du)|liste des factures|historique de compte|point (?:complet )?sur (?:le|notre) compte|arrêté de compte
    """,
    "doc_proof_of_delivery": r"""
    bons? de livraison|preuves? de livraison|bl (?:signé|émargé|correspondant|n)|le bl|du bl|bl|récépissé|lettre de voiture|cmr|bordereau de livraison|accusé de réception de la livraison|numéro de suivi|émargement
    """,
    "doc_purchase_order": r"""
    copie d[eu] (?:bon de |la )?commande|(?:envoyer|transmettre|fournir|envoyez) (?:\w+ ){0,3}bon de commande|accusé de commande|confirmation de commande
    """,
    "doc_tax_form": r"""
    attestation (?:fiscale|de vigilance|urssaf|de tva)|certificat (?:de résidence fiscale|fiscal|d'exonération)|kbis|formulaire (?:fiscal|w-?9|w-?8)|w-?9|numéro de tva intracommunautaire|attestation de régularité
    """,
    "doc_bank_details": r"""
    attestation bancaire
    """,
    "doc_credit_note": r"""
    (?:l'|un |votre |d'un |d'|cet |les |notre )avoirs?|notes? de crédit|facture d'avoir
    """,
    "doc_contract": r"""
    copie du (?:contrat|devis)|contrat (?:signé|de)|devis signé|convention signée|bail
    """,
    "doc_other": r"""
    feuilles? de (?:temps|présence|pointage)|relevés? d'heures|pv de réception|procès-verbal|rapports? d'intervention|bons? d'intervention|attestation (?:d'assurance|de fin de travaux|décennale|de bonne)|certificat (?:d'origine|de conformité|d'analyse)|justificatifs?|détail (?:des (?:heures|prestations|frais)|de la facture)|compte[- ]rendu|fiche (?:fournisseur|d'intervention)|quittance
    """,
    "dispute_price": r"""
    (?:mauvais|faux|prix|tarif|taux|montant) (?:\w+ )?(?:prix|tarif|convenu|appliqué|facturé|erroné|incorrect|différent|supérieur|du devis|trop élevé|unitaire)|(?:prix|tarif|montant) (?:\S+ ){0,5}(?:pas (?:le bon|celui|conforme|correct)|ne correspond|erroné|incorrect|supérieur|trop (?:élevé|cher)|différent|au lieu)|erreur de (?:prix|tarif)|écart de (?:prix|tarif)|trop (?:facturé|élevé|cher|perçu)|surfactur\w+|(?:devis|offre|contrat|accord|bon de commande) (?:\S+ ){0,5}(?:prévoyait|indiqu\w+|mentionn\w+|stipul\w+|était de|était à|de \d|à \d|prévoit)|frais (?:de )?(?:port|transport|livraison|dossier|déplacement|gestion) (?:\S+ ){0,6}(?:pas|jamais|offerts?|compris|inclus|non|contest\w+|franco)|remise (?:\S+ ){0,5}(?:pas|oubliée?|convenue|non|manqu\w+|appliquée)|sans (?:la|notre) remise|au lieu (?:de|des|du) (?:\S+ )?(?:convenus?|€|euros|\d)
    """,
    "dispute_quantity": r"""
    (?:manqu(?:e|ent|ait|aient|ants?)|manquant(?:e|es|s)?) (?:\S+ ){0,4}(?:cartons?|pièces?|palettes?|colis|unités?|sacs?|articles?|heures?|caisses?|bidons?|produits?|références?)|(?:\d+|deux|trois|quatre|cinq|six|dix) (?:\w+ )?(?:cartons?|pièces?|palettes?|colis|unités?|sacs?|articles?|caisses?) (?:\w+ ){0,2}(?:manqu\w+|en moins)|(?:reçu|livré|eu|réceptionné|commandé) (?:que|seulement|uniquement)|(?:avons|ai|a) (?:\w+ )?(?:reçu|réceptionné) (?:que|seulement)|n'(?:avons|ai|a|avez) (?:\w+ )?(?:reçu|livré|été livrés?|réceptionné|commandé) que|(?:seulement|uniquement) (?:\S+ ){0,3}(?:reçue?s?|livrée?s?|sur)|quantités? (?:\S+ ){0,4}(?:erronée?s?|incorrectes?|ne correspond\w*|facturée?s?|livrée?s?|différentes?|fausses?|pas)|livraison (?:partielle|incomplète)|trop d'heures|nombre d'heures|incomplète?
    """,
    "dispute_quality": r"""
    défectueu(?:x|se|ses)|défauts?|endommagée?s?|abîmée?s?|cassée?s?|malfaçons?|non[- ]conformes?|pas conformes?|mauvaise qualité|qualité (?:\w+ ){0,3}(?:insuffisante|médiocre|inacceptable|pas)|ne fonctionne(?:nt)? (?:pas|plus)|en panne|fuites?|fissur\w+|rayée?s?|rouillée?s?|réserves|pas (?:terminée?s?|finie?s?|achevée?s?|fait correctement)|inachevée?s?|mal (?:fait|faite|exécutée?s?|posée?s?|réalisée?s?)|inutilisables?|réclamation|moisi\w*|périmée?s?|mauvais (?:produit|article|modèle|coloris)|à refaire|avarie\w*|vices?|refusé la (?:livraison|marchandise)|détériorée?s?
    """,
    "dispute_not_received": r"""
    (?:jamais|pas|toujours pas|rien|aucune?) (?:\w+ ){0,4}(?:été )?(?:livrée?s?|arrivée?s?|effectuée?s?|réalisée?s?|réceptionnée?s?|exécutée?s?|livraison|marchandises?|rendue|parvenue?s?)|(?:marchandises?|livraison|commande|colis|matériel|produits|prestation|pièces) (?:\S+ ){0,7}(?:jamais|pas|toujours pas|rien) (?:\w+ )?(?:été )?(?:reçue?s?|livrée?s?|arrivée?s?|eue?s?|vue?s?)|(?:jamais|pas) (?:\w+ )?reçu (?:la |cette |les |ces |de |notre |votre |le )?(?:marchandises?|livraison|commande|colis|matériel|produits|pièces)|attendons (?:toujours|encore) (?:la |les |notre )?(?:livraison|marchandises?|commande|matériel|pièces)|non (?:livrée?s?|reçue?s?)
    """,
    "dispute_duplicate": r"""
    l[ea]s? mêmes? (?:\S+ ){0,4}que vous (?:\S+ ){0,4}(?:déjà )?facturée?s?|en double|doublons?|deux fois|facturée?s? (?:\w+ ){0,2}(?:deux|2) fois|double facturation|déjà (?:été )?facturée?s?|même (?:prestation|livraison|commande|marchandise|intervention) (?:que)?|fait double emploi|identique à|déjà (?:incluse?|comprise?) (?:dans|sur)
    """,
    "dispute_wrong_entity": r"""
    (?:mauvaise?|autre|pas (?:la bonne|notre)) (?:\w+ )?(?:société|entité|raison sociale|entreprise|client|filiale|établissement)|(?:ne|n') ?(?:nous )?(?:concerne|est|sommes) (?:pas|plus) (?:\w+ ){0,2}(?:nous|pour nous|notre|à nous|adressée|client|le débiteur|notre facture|concernée?s?)|ne nous concerne pas|(?:libellée?|adressée?|établie?|facturée?|émise) (?:\w+ )?(?:à|au nom de|au) (?:\S+ ){0,4}(?:mauvaise?|autre|tort|filiale|société|sas|sarl|sa)|société (?:mère|sœur)|filiale|pas (?:de )?clients? chez vous|nous ne connaissons pas|raison sociale
    """,
    "dispute_po_mismatch": r"""
    (?:mauvais|pas (?:de|le bon)|sans|absence de|manque (?:le|un|du)|bon|faux|ancien) (?:\w+ )?(?:numéro de |n° de |n° |bon de )?(?:bon de )?commande|(?:numéro|n°|bon) (?:de |du )?(?:bon de )?commande (?:\S+ ){0,5}(?:manqu\w+|erroné|incorrect|absent|ne correspond|pas|invalide|clôturé|est clos|obligatoire|faux|soldé)|rejetée? (?:\S+ ){0,6}commande|ne correspond (?:pas )?(?:à|au) (?:\w+ )?(?:notre )?(?:bon de )?commande|numéro d'engagement
    """,
    "dispute_tax": r"""
    (?:tva|taxe|taxes|tps|tvq|taux de tva|tvh)(?: \S+){0,6} (?:erronée?|incorrecte?|pas|à tort|autoliquidation|exonérée?|faux|fausse|manqu\w+|au lieu|appliquée?|due|devrait|ne devrait)|(?:sans|erreur de|mauvais(?:e)?|exonér\w+ de|hors) (?:\w+ )?(?:tva|taux|taxe)s?|autoliquidation|exonér(?:ée?s?|ation)|intracommunautaire|\d{1,2}(?:[,.]\d)? ?% (?:au lieu|de tva)
    """,
    "dispute_terms": r"""
    pas (?:encore )?(?:échue?s?|exigibles?|due?s?|à échéance|arrivée à échéance)|(?:n'est|ne sont|n'arrive) (?:\w+ )?(?:échue?s?|exigibles?|due|pas encore)|échéance (?:\S+ ){0,5}(?:est (?:au|le|fixée)|au \d|n'est pas|pas encore|erronée|convenue|incorrecte)|(?:30|45|60|75|90) jours (?:fin de mois|net|date de facture|fdm|convenus?|nets?)|conditions (?:de (?:paiement|règlement)|contractuelles|générales)|retenue de garantie|pénalités? de retard|indemnité forfaitaire|intérêts de retard|frais de (?:relance|recouvrement)|délais? (?:contractuels?|convenus?)|avant (?:la )?(?:réception|levée)
    """,
    "dispute_cancelled": r"""
    annul(?:er|ée?s?|ation|ons|ez)|résili(?:er|ée?s?|ation)|retourn(?:ée?s?|er|é la|é les)|rendu (?:le|la|les)|retour de (?:marchandises?|la|ce)|dénonc(?:é|iation)|rétract\w+|contrat (?:\S+ ){0,4}(?:terminé|pris fin|résilié|expiré)|renvoyé (?:la|les|le) (?:marchandise|matériel|produits|colis)
    """,
    "dispute_credit_due": r"""
    (?:attend(?:s|ons|re)|attente|manque|promis|devez|doit|due?|déduire|toujours pas|jamais|émettre|établir|déduction|reste|sans|imputer|réclam\w+) (?:\S+ ){0,5}(?:avoirs?|note de crédit|remboursement|ristourne|rfa)|avoir (?:\S+ ){0,3}(?:promis|en attente|attendu|non|pas|à (?:émettre|établir|recevoir|déduire)|de \d)|ristournes?|rfa|note de crédit (?:\S+ ){0,4}(?:promise|attendue|pas|jamais|due|manquante)
    """,
    "dispute_other": r"""
    contest(?:er|ons|e|ée?s?|ation)|litige|désaccord|pas d'accord|(?:n'|ne )(?:accept(?:e|ons)|reconnai(?:s|ssons)) pas|(?:facture|montant|somme|compte) (?:\S+ ){0,4}(?:erronée?|incorrecte?|fausse?|inexacte?|injustifiée?|pas (?:correcte?|juste|bon|bonne|normale?|exacte?))|erreur (?:sur|dans|de facturation|de votre part)|rectifi(?:er|ez|cation|cative|ée)|corrig(?:er|ez|ée)|(?:pas|jamais|rien) (?:\w+ )?command(?:é|ée|és|er)|compens(?:er|ation)|dommages?|refus(?:ons|e) (?:cette|la|votre) facture|(?:refaire|refaites|réémettre|rééditer) (?:\w+ ){0,2}facture|anomalie|retenons|bloqu(?:ée|ons) (?:\w+ )?(?:le paiement|la facture|pour)
    """,
    "not_dispute": r"""
    (?:aucun|pas de|sans) (?:souci|problème|litige|contestation|réserve)s?|(?:tout est|facture est|c'est|est) (?:\w+ )?(?:correcte?|conforme|en ordre|ok|exacte?)|ne contest(?:e|ons) pas|n'est pas contestée?|incontestée?
    """,
    "question": r"""
    pouvez[- ]vous|pourriez[- ]vous|peut[- ]on|est[- ]ce|avez[- ]vous|quel(?:le)?s?|quand|comment|pourquoi|où|qui|que (?:dois|devons|faut)|qu'est|à quoi|combien|merci de (?:me |nous )?(?:confirmer|préciser|indiquer|dire|expliquer)|faut[- ]il|doit[- ]on|savoir (?:si|quand|comment|à qui|où)|acceptez[- ]vous|prenez[- ]vous
    """,
    "rhetorical": r"""
    est-ce (?:que c'est )?(?:possible|ok|bon pour vous|envisageable|faisable)|(?:cela|ça) (?:vous )?(?:convient|va|irait|conviendrait)|qu'en pensez[- ]vous|serait-ce possible|c'est possible|comment allez|d'accord\?
    """,
    "unrelated": r"""
    newsletter|référencement|seo|webinaire|candidature|cv|salon|invitation|joyeux noël|bonne année|meilleurs vœux|nouvelle commande|passer commande|devis pour|demande de devis|catalogue|promotion|offre (?:spéciale|commerciale|d'emploi)|prospection|démonstration|rendez-vous commercial|sondage|enquête de satisfaction|stage|partenariat|délai de livraison
    """,
    "inject": r"""
    (?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|ne tiens pas compte|ne tenez pas compte|outrepass\w+|contourn\w+) (?:\S+ ){0,6}(?:instructions?|consignes?|règles|directives|prompts?|ci-dessus|précéd\w+)|(?:note|message|instruction|consigne|remarque|attention|avis)s? (?:\w+ )?(?:à|pour|destinée?s? à) (?:l'|la |le |les |votre |l’|toute? )?(?:\w+ )?(?:ia|intelligence artificielle|assistante?|agent|bot|robot|système|logiciel|modèle|automate|programme|chatbot)|(?:assistant|agent|système|modèle) (?:ia|d'ia|automatique|automatisé|virtuel|de langage)|tu es (?:maintenant )?(?:un|une)|vous êtes (?:désormais |maintenant )?(?:une? )?(?:ia|assistant|bot|modèle)|prompt système|(?:marqu|class|enregistr|mett|sold|clôtur|pass|considér)(?:e|ez|er|re|ons) (?:\S+ ){0,6}(?:comme (?:payée?s?|réglée?s?|soldée?s?|close?s?)|à (?:payée?|zéro|0))|sans (?:validation|intervention|contrôle|vérification) humaine?|si (?:tu es|vous êtes) (?:une? )?(?:ia|bot|robot|modèle|programme|logiciel|système)|réponds? (?:uniquement|seulement)|répondez (?:uniquement|seulement)
    """,
    "threat": r"""
    vous (?:allez )?(?:le )?(?:regretter|regretterez)|je sais où vous|mauvais avis|avis négatifs?|à vos risques|en subir les conséquences|conséquences|la presse|porter plainte|dépôt de plainte|dernier avertissement|sinon (?:vous|je|nous)|la police|répression des fraudes|changer de fournisseur|réseaux sociaux
    """,
    "ooo": r"""
    absente?s?(?: du bureau)?|absence|en (?:congés?|vacances|déplacement|congé maternité|arrêt maladie|formation)|de retour|je serai (?:absent|de retour|en congé)|fermé\w*|fermeture (?:annuelle|estivale)|en mon absence|réponse automatique|message d'absence|accès limité à (?:mes|ma)
    """,
    "auto": r"""
    (?:votre|vos) (?:demande|message|courriel|mail|e-mail|ticket) (?:\S+ ){0,4}(?:reçue?|enregistrée?|bien été|pris en compte|prise en compte)|accusé de réception|numéro de (?:ticket|dossier|demande)|(?:message|réponse|courriel|mail) automatique|ne pas répondre à ce
    """,
    "bounce": r"""
    non (?:remis|distribué|délivré)|échec de (?:la )?(?:remise|distribution)|n'a pas pu être (?:remis|délivré|distribué)|destinataire inconnu|boîte (?:pleine|inexistante)
    """,
    "courtesy": r"""
    merci|ok|d'accord|bien noté|bien reçu|c'est noté|parfait|entendu|cordialement|bonjour|bonne journée|compris|avec plaisir|salutations
    """,
}
