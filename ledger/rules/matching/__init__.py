"""Cash application as pure rules: a payment, the open book and remittances in, a proposal with reasons out."""
