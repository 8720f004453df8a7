"""A CAMT transaction (`TxDtls`) -> who paid, for what, and how much of its entry."""

from dataclasses import dataclass

from core.money import Money
from integrations.bankfiles.camt_xml import Node
from integrations.bankfiles.words import account_of, decimal_of, joined, money_of, name_of, said

#: Remittance lines of one transaction that are read.
_MOST_REMITTANCE = 200


@dataclass(frozen=True, slots=True)
class Detail:
    """Amounts are unsigned as written, with the direction where the transaction says one."""

    amounts: tuple[tuple[str, Money], ...]
    direction: str
    debtor: tuple[str, str]
    creditor: tuple[str, str]
    reference: str
    bank_id: str

    def amount(self, currency: str, *, is_credit: bool) -> Money | None:
        """Its amount in the entry's currency, signed; None where it tells none."""
        found = next((money for _, money in self.amounts if money.currency == currency), None)
        if found is None:
            return None
        if self.direction:
            is_credit = self.direction == "CRDT"
        return found if is_credit else -found

    def other_side(self, *, is_credit: bool) -> tuple[str, str]:
        """Name and account of who paid, or of who was paid."""
        first, second = (self.debtor, self.creditor) if is_credit else (self.creditor, self.debtor)
        return first if any(first) else second


def detail_of(node: Node) -> Detail:
    """Raises:
    Fault: an amount that is none.
    """
    parties = node.find("RltdPties")
    debtor = _party(parties, "Dbtr")
    ultimate = _name(parties, "UltmtDbtr")
    if not debtor[0]:
        debtor = (ultimate, debtor[1])
    references = node.find("Refs")
    end_to_end = said(references.told("EndToEndId")) if references else ""
    reason = node.told("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd")
    return Detail(
        amounts=_amounts(node),
        direction=node.told("CdtDbtInd"),
        debtor=debtor,
        creditor=_party(parties, "Cdtr"),
        reference=joined(
            *_remittance(node),
            f"EREF+{end_to_end}" if end_to_end else "",
            f"ABWA+{ultimate}" if ultimate and ultimate != debtor[0] else "",
            f"RTRN+{reason}" if reason else "",
            node.told("AddtlTxInf"),
        ),
        bank_id=said(references.told("AcctSvcrRef", "TxId", "InstrId")) if references else "",
    )


def _amounts(node: Node) -> tuple[tuple[str, Money], ...]:
    """Its own amount first; version 02 has it within `AmtDtls`."""
    found: list[tuple[str, Money]] = []
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        amount = node.find(path)
        if amount is not None and amount.text.strip():
            money = money_of(decimal_of(amount.text, amount.line), amount.attributes.get("Ccy", ""), amount.line)
            found.append((path, money))
    return tuple(found)


def _party(parties: Node | None, role: str) -> tuple[str, str]:
    account = parties.find(f"{role}Acct/Id") if parties else None
    number = account.told("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN") if account else ""
    return _name(parties, role), account_of(number)


def _name(parties: Node | None, role: str) -> str:
    # From version 08 on a party is wrapped, for it may be a bank.
    return name_of(parties.told(f"{role}/Nm", f"{role}/Pty/Nm", f"{role}/Agt/FinInstnId/Nm")) if parties else ""


def _remittance(node: Node) -> list[str]:
    """Structured references first: they were written for machines; then the payer's words."""
    found = node.find("RmtInf")
    if found is None:
        return []
    words: list[str] = []
    for one in found.children[:_MOST_REMITTANCE]:
        if one.name == "Strd":
            words.append(one.told("CdtrRefInf/Ref"))
            for document in one.all("RfrdDocInf"):
                words.append(document.told("Nb"))
            words.extend(more.text for more in one.all("AddtlRmtInf"))
    return [*words, *(one.text for one in found.children[:_MOST_REMITTANCE] if one.name == "Ustrd")]
