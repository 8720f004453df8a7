"""Bank statement files, written by hand in the dialects of banks."""

# ruff: noqa: E501 - files as banks write them.

from collections.abc import Sequence

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
OUR_IBAN = "DE02120300000000202051"


def mt940(
    lines: str, *, opening: str = "C261119EUR1000,00", closing: str = "C261120EUR1000,00", tail: str = "-\n"
) -> bytes:
    """One statement around its `:61:` and `:86:` fields."""
    head = f":20:STARTUMS\n:25:{OUR_IBAN}\n:28C:00231/001\n:60F:{opening}\n"
    return f"{head}{lines}:62F:{closing}\n{tail}".encode()


GERMAN = mt940(
    ":61:2611201120CR1250,00NTRFNONREF//0724710333343453\n"
    ":86:166?00GUTSCHRIFT?100399?20EREF+E2E-778?21SVWZ+RE-2026-0411 abz. 2 Pr?22ozent Skonto\n"
    "?30COBADEFFXXX?31DE89370400440532013000?32Mueller und Soehne Handelsg?33esellschaft mbH?34071\n"
    ":61:2611201120DR50,00NMSCNONREF//0724710333343454\n"
    ":86:005?00LASTSCHRIFT?20KREF+K-1?21SVWZ+Miete November?32Hausverwaltung Nord\n",
    closing="C261120EUR2200,00",
)
SWIFT_SLASHES = mt940(
    ":61:2611201120C500,00NTRFNONREF//B-17\n"
    ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL20INGB0001234567/BIC/INGBNL2A/NAME/J JANSEN BV/REMI/FACTUUR 2026-017/EREF/NOTPROVIDED\n",
    closing="C261120EUR1500,00",
)
ING = mt940(
    ":61:2611201120C500,00NTRFEREF//26324001\n/TRCD/00100/\n"
    ":86:/EREF/E2E-5//CNTP/NL20INGB0001234567/INGBNL2A/BAKKERIJ DE VRIES///REMI/USTD//FACT 2026-018/\n",
    closing="C261120EUR1500,00",
)
ABN = b"ABNANL2A\n940\nABNANL2A\n" + mt940(
    ":61:2611201120C500,00N654NONREF\n"
    ":86:SEPA OVERBOEKING                 IBAN: NL20INGB0001234567\nBIC: INGBNL2A                    NAAM: J JANSEN BV\nOMSCHRIJVING: FACTUUR 2026-019   KENMERK: K-88\n",
    closing="C261120EUR1500,00",
)
POLISH = mt940(
    ":61:2611201120C1230,00NTRFNONREF//MB26\n911-PRZELEW\n"
    ":86:911 PRZELEW; Z RACH.: 56114010810000267002001001; OD: JAN NOWAK SP. Z O.O.; TYT.: FV/2026/11/08; TNR: 179171.01\n",
    opening="C261119PLN1000,00",
    closing="C261120PLN2230,00",
)
IN_ENVELOPE = b"{1:F01ASNBNL21XXXX0000000000}{2:O940ASNBNL21XXXXN}{3:}{4:\n" + mt940(
    ":61:261120    C65,00NOVBNL47INGB9999999999\nbakker jansen\n:86:NL47INGB9999999999 bakker jansen\n\nfactuur 2026-020\n",
    closing="C261120EUR1065,00",
    tail="-}{5:}\n",
)
FREE_TEXT = mt940(
    ":61:2611201120C10,00NTRFNONREF//F1\n:86:BRIGHTWATER LTD INV-20417 AND A TEXT THAT FILLS THE LINE TO ITS EN\nD OF SIXTY FIVE\n",
    closing="C261120EUR1010,00",
)
REVERSALS = mt940(
    ":61:2611201120RC300,00NRTINONREF//R1\n:86:returned\n:61:2611201120RD20,00NMSCNONREF//R2\n:86:taken back\n",
    closing="C261120EUR720,00",
)
MT942 = (
    f":20:INTRADAY\n:25:{OUR_IBAN}\n:28C:1/1\n:34F:EUR0,\n:13D:2611201815+0100\n"
    ":61:2611201120C12,50NTRFNONREF//P1\n:86:RE-9\n:90D:0EUR0,\n:90C:1EUR12,50\n-\n"
).encode()

BAI2 = (
    b"01,121140399,DULY,261121,0754,1,,,2/\n02,DULY,121140399,1,261120,,USD,2/\n"
    b"03,1234567890,USD,010,100000,,,015,250000,,/\n88,100,155000,2,,400,5000,1,/\n"
    b"16,165,150000,V,261121,,ACH17,C-9/\n88,ORIG CO NAME:ACME CORP ORIG ID:91210 SEC:CTX\n88,RMR*IV*INV-20417**1500.00\n"
    b"16,921,5000,Z,W1,,CUSTOM CREDIT, OF THE BANK/\n16,475,5000,,CK1,,CHECK 1021/\n49,670000,8/\n98,670000,1,10/\n99,670000,1,12/\n"
)
LOCKBOX = (
    b"01,B,D,261121,0754,1,,,2/\n02,D,B,1,261120,,USD,2/\n03,1,,010,0,,/\n"
    b"16,115,30000,S,0,30000,0,LB1,/\n16,116,10000,,LB1-1,,REMITTER:ACME CORP REF:INV-1/\n16,116,20000,,LB1-2,,REMITTER:BETA INC REF:INV-2/\n"
    b"49,60000,5/\n98,60000,1,7/\n99,60000,1,9/\n"
)


def ofx(transactions: str, *, currency: str = "USD", closing: str = "100.99") -> bytes:
    """OFX 1: leaves without ends."""
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0"
        "<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>\n"
        f"<STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1<ACCTID>1452687 7<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n"
        f"{transactions}</BANKTRANLIST><LEDGERBAL><BALAMT>{closing}<DTASOF>20261121</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


OFX_1 = ofx(
    "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261120120000[-5:EST]<DTAVAIL>20261121<TRNAMT>1250.00<FITID>F-1<NAME>ACME &amp; SONS<MEMO>INV-20417</STMTTRN>\n"
    "<STMTTRN><TRNTYPE>CHECK<DTPOSTED>20261119<TRNAMT>-15,50<FITID>F-2<CHECKNUM>1021<PAYEE><NAME>City Water<CITY>X</PAYEE></STMTTRN>\n"
)
OFX_2 = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS>'
    b"<CURDEF>EUR</CURDEF><CCACCTFROM><ACCTID>5500</ACCTID></CCACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT</TRNTYPE>"
    b"<DTPOSTED>20261120</DTPOSTED><TRNAMT>20.00</TRNAMT><FITID>C-1</FITID><NAME><![CDATA[A <B> & C]]></NAME><MEMO/></STMTTRN>"
    b"</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
)


def entry(
    amount: str,
    details: str = "",
    *,
    mark: str = "CRDT",
    status: str = "<Cd>BOOK</Cd>",
    more: str = "",
    day: str = "2026-11-20",
) -> str:
    """A CAMT entry in euro with the insides of its `NtryDtls`."""
    held = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{mark}</CdtDbtInd>{more}<Sts>{status}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>{held}</Ntry>\n"
    )


def details(
    *,
    amount: str = "",
    name: str = "",
    iban: str = "",
    words: str = "",
    structured: str = "",
    end_to_end: str = "",
    number: str = "",
    more: str = "",
    ultimate: str = "",
) -> str:
    """A transaction of an entry, as versions from 08 on write it."""
    debtor = f"<Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>" if name else ""
    account = f"<DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct>" if iban else ""
    behind = f"<UltmtDbtr><Pty><Nm>{ultimate}</Nm></Pty></UltmtDbtr>" if ultimate else ""
    refs = (f"<AcctSvcrRef>{number}</AcctSvcrRef>" if number else "") + (
        f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""
    )
    strd = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{structured}</Ref></CdtrRefInf></Strd>"
        if structured
        else ""
    )
    told = f"<RmtInf>{strd}<Ustrd>{words}</Ustrd></RmtInf>" if words or strd else ""
    own = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>' if amount else ""
    return f"<TxDtls><Refs>{refs}</Refs>{own}<RltdPties>{debtor}{account}{behind}</RltdPties>{told}{more}</TxDtls>"


def _balance(kind: str, amount: str) -> str:
    mark = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{mark}</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>\n"
    )


def camt053(
    entries: Sequence[str], *, opening: str = "1000.00", closing: str = "", version: str = "08", more: str = ""
) -> bytes:
    """A statement of our account in euro."""
    ends = _balance("OPBD", opening) + (_balance("CLBD", closing) if closing else "")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{CAMT.format(version=version)}"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId>'
        f"</GrpHdr><Stmt><Id>S-1</Id><Acct><Id><IBAN>{OUR_IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{ends}{more}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def camt054(entries: Sequence[str], *, version: str = "02") -> bytes:
    """A notification of our account in euro."""
    text = (
        camt053(entries, version=version)
        .decode()
        .replace("camt.053", "camt.054")
        .replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
    )
    return (
        text.replace("<Stmt>", "<Ntfctn>")
        .replace("</Stmt>", "</Ntfctn>")
        .replace(_balance("OPBD", "1000.00"), "")
        .encode()
    )


CAMT_053 = camt053(
    [
        entry(
            "1250.00",
            details(
                name="Müller GmbH",
                iban="DE89370400440532013000",
                words="RE-2026-0411",
                structured="RF18539007547034",
                end_to_end="E2E-1",
                number="B-1",
                ultimate="Alpha KG",
            ),
        ),
        entry(
            "30.00",
            details(amount="10.00", name="A AG", words="RE-1", number="B-2")
            + details(amount="20.00", name="B AG", words="RE-2", number="B-3"),
        ),
        entry("80.00", mark="DBIT", more="<RvslInd>true</RvslInd>"),
        entry("5.00", status="<Cd>PDNG</Cd>"),
    ],
    closing="2200.00",
)
CAMT_054 = camt054(
    [entry("7.00", details(name="X", words="RE-7").replace("<Pty>", "").replace("</Pty>", ""), status="BOOK")]
)

GERMAN_CSV = (
    'Girokonto;DE02120300000000202051\n\n"Buchungstag";"Wertstellung";"Auftraggeber / Empfänger";"IBAN";"Verwendungszweck";"Betrag (EUR)";"Saldo"\n'
    '"20.11.2026";"20.11.2026";"Müller GmbH";"DE89370400440532013000";"RE-2026-0411";"1.250,00";"2.200,00"\n'
    '"19.11.2026";"19.11.2026";"Bank";"";"Entgelt";"-50,00";"950,00"\n'
).encode("cp1252")
ENGLISH_CSV = (
    b"Date,Description,Paid out,Paid in,Balance,Currency\n19/11/2026,FEE,10.00,,990.00,GBP\n"
    b'20/11/2026,"BRIGHTWATER LTD, INV-20417",,"1,250.00","2,240.00",GBP\n'
)

#: One of each kind and dialect.
ALL = {
    "german": GERMAN, "swift": SWIFT_SLASHES, "ing": ING, "abn": ABN, "polish": POLISH, "envelope": IN_ENVELOPE, "free": FREE_TEXT,
    "reversals": REVERSALS, "mt942": MT942, "bai2": BAI2, "lockbox": LOCKBOX, "ofx1": OFX_1, "ofx2": OFX_2, "camt053": CAMT_053,
    "camt054": CAMT_054, "german_csv": GERMAN_CSV, "english_csv": ENGLISH_CSV,
}  # fmt: skip
