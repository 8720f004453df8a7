"""OAuth with Google and Microsoft: the authorization code flow, and refreshing."""
