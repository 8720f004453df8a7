"""Invoice copies, account statements and credit-note copies as PDF."""
