"""When invoices will be paid, and the cash of the coming weeks: pure rules over a payment history."""
