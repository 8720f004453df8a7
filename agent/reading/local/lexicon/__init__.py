"""What people write about invoices, phrase by phrase, one module a language."""
