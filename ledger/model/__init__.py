"""What things are: frozen records without behaviour beyond their own fields."""
