"""The nine countries our made customers live in: currency, legal forms, the parts of names, ways to pay."""

from dataclasses import dataclass

from evals.streams.languages import DUTCH, ENGLISH, FRENCH, GERMAN, POLISH, PORTUGUESE, SWEDISH, Language


@dataclass(frozen=True, slots=True)
class Country:
    """Ways to pay are named as `bank_text` wraps them; the first ones are the usual ones."""

    code: str
    language: Language
    currency: str
    top_domain: str
    legal_forms: tuple[str, ...]
    stems: tuple[str, ...]
    trades: tuple[str, ...]
    methods: tuple[str, ...]
    #: What a bank here takes for a payment from abroad, in the country's currency.
    fees: tuple[str, ...]


COUNTRIES = (
    Country(
        "US", ENGLISH, "USD", "com", ("Inc", "LLC", "Corp", "Inc.", "Co", "LLP"),
        ("Brightwater", "Callahan", "Dunmore", "Eastlake", "Fairmont", "Granger", "Hollis", "Ironwood", "Kessler",
         "Lakeshore", "Maplewood", "Northgate", "Oakhurst", "Pemberton", "Quarry Hill", "Redstone", "Sycamore",
         "Tidewater", "Vanguard", "Whitfield", "Yarborough", "Zephyr", "Blue Mesa", "O'Donnell", "St. Croix"),
        ("Medical Supply", "Logistics", "Foods", "Manufacturing", "Electric", "Consulting Group", "Industries",
         "Health Systems", "Construction", "Technologies", "Packaging", "Services", "Distributors International"),
        ("ach_ctx", "ach", "lockbox", "wire", "bai2", "check"), ("15.00", "20.00", "25.00", "30.00"),
    ),
    Country(
        "GB", ENGLISH, "GBP", "co.uk", ("Ltd", "Limited", "plc", "LLP", "Holdings Ltd"),
        ("Aldergate", "Birchwood", "Cotswold", "Drummond", "Elmbridge", "Farringdon", "Glenmore", "Harrowby",
         "Inverleith", "Kingsway", "Langdale", "Marlborough", "Netherby", "Oakley", "Pennine", "Ravensworth",
         "Severn", "Thornbury", "Wetherall", "Ashcroft & Sons", "Baxter & Lowe"),
        ("Brewing", "Engineering", "Catering", "Interiors", "Freight", "Print", "Textiles", "Joinery", "Care Homes",
         "Properties", "Motors", "Food Services"),
        ("bacs", "fps", "chaps", "cheque"), ("6.00", "12.00", "20.00"),
    ),
    Country(
        "DE", GERMAN, "EUR", "de", ("GmbH", "GmbH & Co. KG", "AG", "KG", "e.K.", "UG (haftungsbeschränkt)"),
        ("Ackermann", "Brückner", "Dreßler", "Eichhorn", "Fährmann", "Gröning", "Hüttenbach", "Jäger", "Köhler",
         "Lüdemann", "Müllerschön", "Neuhäuser", "Oßwald", "Pfläging", "Röhrich", "Schönfeld", "Süderland",
         "Tröger", "Übelacker", "Wörner", "Zöllner"),
        ("Maschinenbau", "Werkzeuge", "Elektrotechnik", "Baustoffe", "Logistik", "Medizintechnik", "Verlag",
         "Gebäudetechnik", "Lebensmittel", "Anlagenbau", "Fördertechnik", "Druckerei"),
        ("sepa", "sepa", "sepa_scor", "mt940"), ("5.00", "10.00", "15.00"),
    ),
    Country(
        "FR", FRENCH, "EUR", "fr", ("SARL", "SAS", "SA", "EURL", "SASU"),
        ("Bâtisseurs", "Chênevert", "Delacroix", "Établissements Morel", "Forêt", "Grandpré", "Hôtellerie Vasseur",
         "Jouve", "Lefèvre", "Maréchal", "Noël", "Périgord", "Quéré", "Rivière", "Saint-Rémy", "Thévenot", "Valmont",
         "Sté Gaultier"),
        ("Distribution", "Transports", "Emballages", "Services", "Bâtiment", "Traiteur", "Électricité", "Conseil",
         "Industries", "Négoce"),
        ("sepa", "sepa", "sepa_scor"), ("8.00", "12.50", "18.00"),
    ),
    Country(
        "NL", DUTCH, "EUR", "nl", ("B.V.", "BV", "N.V.", "V.O.F."),
        ("Van den Berg", "De Graaf", "Hoekstra", "Kuipers", "Meijer", "Noorderlicht", "Oosterhuis", "Postma",
         "Rijnmond", "Schouten", "Ter Horst", "Vermeulen", "Waalwijk", "Zuiderzee"),
        ("Groothandel", "Logistiek", "Bouw", "Techniek", "Tuinbouw", "Installaties", "Voeding", "Transport"),
        ("sepa", "sepa", "sepa_scor"), ("5.00", "7.50"),
    ),
    Country(
        "PL", POLISH, "PLN", "pl", ("Sp. z o.o.", "S.A.", "Sp. j.", "Sp. z o.o. Sp. k."),
        ("Żabiński", "Łączność", "Gdańska", "Śląskie", "Mazowia", "Kowalczyk", "Bałtyk", "Wiśniewski", "Podhale",
         "Jagiełło", "Orłowski", "Zielińska"),
        ("Transport", "Budownictwo", "Hurtownia", "Meble", "Opakowania", "Instal", "Handel", "Produkcja"),
        ("elixir", "elixir", "split_vat"), ("20.00", "40.00"),
    ),
    Country(
        "SE", SWEDISH, "SEK", "se", ("AB", "AB (publ)", "HB", "KB"),
        ("Björklund", "Dalälven", "Ekström", "Fjällgård", "Göta", "Hällefors", "Järnvägen", "Källström", "Lindqvist",
         "Mälar", "Nordsjö", "Österlund", "Sjöberg", "Åkerman"),
        ("Bygg", "Livsmedel", "Teknik", "Åkeri", "Trävaror", "Fastigheter", "Verkstad", "Konsult"),
        ("bankgiro", "bankgiro", "bg_ocr"), ("50.00", "75.00", "150.00"),
    ),
    Country(
        "BR", PORTUGUESE, "BRL", "com.br", ("Ltda", "S.A.", "EIRELI", "Ltda - ME"),
        ("Araçatuba", "Bandeirante", "Conceição", "Guimarães", "Ipiranga", "João Pessoa", "Maranhão", "Paraná",
         "São Bento", "Tietê", "Uberlândia", "Vitória"),
        ("Comércio", "Alimentos", "Indústria", "Transportes", "Engenharia", "Distribuidora", "Agropecuária"),
        ("pix", "ted", "boleto"), ("12.00", "25.00"),
    ),
    Country(
        "IN", ENGLISH, "INR", "in", ("Pvt Ltd", "Private Limited", "Limited", "LLP"),
        ("Ananda", "Bharat", "Chandra", "Deccan", "Ganga", "Hindustan", "Jaipur", "Kaveri", "Lakshmi", "Malabar",
         "Nilgiri", "Sahyadri", "Trivandrum", "Vindhya"),
        ("Infotech", "Pharma", "Textiles", "Engineering Works", "Exports", "Agro", "Steel", "Solutions"),
        ("neft", "rtgs", "imps"), ("118.00", "590.00"),
    ),
)  # fmt: skip
#: How often a customer lives in each, in the order above.
SHARES = (30, 18, 17, 9, 8, 5, 5, 4, 4)
#: Currencies a customer may be billed in beside that of its country.
SECOND_CURRENCY = {"US": "EUR", "GB": "EUR", "DE": "USD", "FR": "USD", "NL": "USD", "PL": "EUR", "SE": "EUR",
                   "BR": "USD", "IN": "USD"}  # fmt: skip
#: Rough rates to the US dollar: they only say how large an amount is usual.
DOLLARS = {"USD": "1", "EUR": "1.1", "GBP": "1.3", "PLN": "0.25", "SEK": "0.1", "BRL": "0.2", "INR": "0.012"}
