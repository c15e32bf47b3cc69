"""What machines see: exports and health; no page, no rule."""
