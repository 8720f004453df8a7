"""CAMT.053 statements and CAMT.054 notifications, versions 02 and later -> statements."""

import re
from dataclasses import replace
from datetime import date

from core.money import Money, total
from integrations.bankfiles.camt_details import Detail, detail_of
from integrations.bankfiles.camt_xml import CamtStream, Node
from integrations.bankfiles.drafts import DraftLine, DraftStatement, LineLimit
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.words import account_of, clean, currency_of, day_of, decimal_of, joined, money_of, said
from integrations.ports.bank_statement import LineStatus

_HOLDERS = frozenset({"Stmt", "Ntfctn", "Rpt"})
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].{0,40}|[+-][0-9:]{4,6}|Z)?", re.ASCII)
_STATUS = {
    "BOOK": LineStatus.POSTED,
    "PDNG": LineStatus.PENDING,
    "FUTR": LineStatus.PENDING,
    "INFO": LineStatus.INFORMATION,
}
#: Opening balances, best first: of the day, of the page, and the closing one of the statement before.
_OPENING, _CLOSING = ("OPBD", "ITBD-first", "PRCD"), ("CLBD", "ITBD-last")


def read_camt(content: bytes) -> list[DraftStatement]:
    """Raises:
    Fault: cut, damaged, of another kind, or its sums do not agree.
    """
    reading = _Reading()
    stream = CamtStream(_HOLDERS, reading.start, reading.part, detail_of)
    stream.read(content)
    if not reading.drafts:
        kind = clean(stream.namespace.rpartition(":")[2]) or "no CAMT file"
        raise Fault(f"it holds no statement ({kind})", 0, "export it as camt.053 or camt.054")
    return reading.done()


class _Reading:
    def __init__(self) -> None:
        self.drafts: list[DraftStatement] = []
        self._limit = LineLimit()
        self._balances: list[tuple[str, Money]] = []
        self._sums: Node | None = None
        self._entries: list[Money] = []

    def start(self, holder: str, line: int) -> None:
        if holder == "Rpt":
            raise Fault(
                "it is a camt.052 report of a running day", line, "import the camt.053 when the day is closed"
            )
        self._finish()
        self.drafts.append(DraftStatement(line, must_add_up=holder == "Stmt"))

    def part(self, node: Node) -> None:
        draft = self.drafts[-1]
        match node.name:
            case "Id":
                draft.number = clean(node.text)
            case "Acct":
                draft.account = account_of(node.told("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN"))
                draft.currency = currency_of(node.told("Ccy"), node.line) if node.told("Ccy") else ""
            case "Bal":
                self._balances.append(_balance(node))
            case "TxsSummry":
                self._sums = node
            case "StmtPgntn" if node.told("LastPgInd") == "false":
                draft.warn(f"it is page {clean(node.told('PgNb'))} of a statement that has more")
            case "Ntry":
                self._limit.count(node.line, max(1, sum(len(one.folded) for one in node.all("NtryDtls"))))
                self._entries.append(_amount(node, node.line))
                draft.lines.extend(_lines(node, draft))

    def done(self) -> list[DraftStatement]:
        self._finish()
        return self.drafts

    def _finish(self) -> None:
        """Balances and sums of the statement that ends here."""
        if not self.drafts:
            return
        draft, by_kind = self.drafts[-1], dict(reversed(self._balances))
        # On the pages of a statement the first interim balance opens and the last one closes.
        interim = [money for kind, money in self._balances if kind == "ITBD"]
        if len(interim) > 1 or ("CLBD" in by_kind and interim):
            by_kind["ITBD-first"] = interim[0]
        if len(interim) > 1 or ("OPBD" in by_kind and interim):
            by_kind["ITBD-last"] = interim[-1]
        draft.opening = next((by_kind[kind] for kind in _OPENING if kind in by_kind), None)
        draft.closing = next((by_kind[kind] for kind in _CLOSING if kind in by_kind), None)
        known = draft.currency or next((one.currency for one in (draft.opening, draft.closing) if one), "")
        draft.currency = known or (draft.lines[0].amount.currency if draft.lines else "")
        if not draft.account:
            raise Fault("the statement names no account", draft.line_number)
        if self._sums is not None:
            _check_sums(self._sums, self._entries)
        self._balances, self._sums, self._entries = [], None, []


def _amount(node: Node, line: int) -> Money:
    found = node.find("Amt")
    if found is None:
        raise Fault("an amount is missing", line)
    money = money_of(decimal_of(found.text, found.line), found.attributes.get("Ccy", ""), found.line)
    match node.told("CdtDbtInd"):
        case "CRDT":
            return money
        case "DBIT":
            return -money
        case other:
            raise Fault(f"{quoted(other)} is neither CRDT nor DBIT", line)


def _balance(node: Node) -> tuple[str, Money]:
    return node.told("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"), _amount(node, node.line)


def _day(node: Node | None) -> date | None:
    text = node.told("Dt", "DtTm") if node is not None else ""
    if not text or node is None:
        return None
    found = _DAY.fullmatch(text)
    if not found:
        raise Fault(f"{quoted(text)} is not a date", node.line)
    # A time is the bank's own; its day is the day of booking, whatever the zone.
    return day_of(int(found[1]), int(found[2]), int(found[3]), node.line, text)


def _lines(entry: Node, draft: DraftStatement) -> list[DraftLine]:
    """One line an entry, or one each of its transactions where all of them tell their amounts."""
    whole = _entry_line(entry)
    details = [one for group in entry.all("NtryDtls") for one in group.folded if isinstance(one, Detail)]
    if len(details) > 1:
        amounts = [one.amount(whole.amount.currency, is_credit=whole.amount.amount >= 0) for one in details]
        if None not in amounts:
            moneys = [one for one in amounts if one is not None]
            charge = _charge_of_batch(entry, whole.amount, moneys)
            lines = [_with(whole, detail, money) for detail, money in zip(details, moneys, strict=True)]
            return [*lines, *([replace(whole, amount=charge)] if charge else [])]
        draft.warn(f"the entry on line {entry.line:,} tells no amount of each of its {len(details)} transactions")
    for detail in reversed(details):
        whole = _with(whole, detail, whole.amount) if len(details) == 1 else _more_words(whole, detail)
    return [whole]


def _entry_line(entry: Node) -> DraftLine:
    status = entry.told("Sts/Cd", "Sts/Prtry", "Sts")
    if status not in _STATUS:
        raise Fault(f"{quoted(status)} is no status of an entry (BOOK, PDNG, INFO)", entry.line)
    value_on = _day(entry.find("ValDt"))
    booked_on = _day(entry.find("BookgDt")) or value_on
    if booked_on is None:
        raise Fault("an entry has neither a booking nor a value date", entry.line)
    return DraftLine(
        line_number=entry.line,
        booked_on=booked_on,
        value_on=value_on,
        amount=_amount(entry, entry.line),
        reference=clean(entry.told("AddtlNtryInf")),
        bank_id=said(entry.told("AcctSvcrRef")),
        status=_STATUS[status],
    )


def _charge_of_batch(entry: Node, whole: Money, parts: list[Money]) -> Money:
    """What the account moved by beyond the transactions, signed: zero, or a charge that the entry names.

    Raises:
        Fault: the transactions do not make up the entry.
    """
    found = total(parts, whole.currency)
    groups = [one for group in entry.all("Chrgs") for one in (group, *group.all("Rcrd"))]
    charges = {amount.amount for amount in (_charge(one, whole.currency) for one in groups)}
    left = whole - found
    if left and abs(left.amount) not in charges:
        raise Fault(f"an entry of {whole} holds transactions of {found} in all", entry.line)
    return left


def _charge(node: Node, currency: str) -> Money:
    amount = node.find("TtlChrgsAndTaxAmt") or node.find("Amt")
    if amount is None or amount.attributes.get("Ccy") != currency:
        return Money.zero(currency)
    return money_of(decimal_of(amount.text, amount.line), currency, amount.line)


def _with(whole: DraftLine, detail: Detail, amount: Money) -> DraftLine:
    """The transaction's own words; of money that left, the other side is the creditor."""
    name, account = detail.other_side(is_credit=amount.amount >= 0)
    return replace(
        whole,
        amount=amount,
        payer_name=name,
        payer_account=account,
        reference=detail.reference or whole.reference,
        bank_id=detail.bank_id or whole.bank_id,
    )


def _more_words(whole: DraftLine, detail: Detail) -> DraftLine:
    whole.reference = joined(detail.reference, whole.reference)
    return whole


def _check_sums(node: Node, entries: list[Money]) -> None:
    """What the summary counts; its sums, where all entries are in one currency."""
    stated = node.told("TtlNtries/NbOfNtries")
    if stated.isascii() and stated.isdigit() and len(stated) < 10 and int(stated) != len(entries):
        raise Fault(f"it counts {int(stated):,} entries, but {len(entries):,} are in it", node.line)
    if len({one.currency for one in entries}) > 1:
        return
    for path, word, sign in (("TtlCdtNtries", "credit", 1), ("TtlDbtNtries", "debit", -1)):
        written = node.told(f"{path}/Sum")
        moved = abs(sum(one.amount for one in entries if one.amount * sign > 0))
        if written and decimal_of(written, node.line) != moved:
            raise Fault(f"it counts {clean(written)} of {word} entries, but they make {moved}", node.line)
