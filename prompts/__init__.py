"""What a model is told, and the mail templates."""
