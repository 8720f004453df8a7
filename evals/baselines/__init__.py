"""What a user would have without Duly: an ERP's stock rules, standard dunning, the due date as forecast."""
