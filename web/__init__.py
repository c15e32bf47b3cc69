"""What machines see: hooks, tracked links, unsubscribing, exports and health; no page, no rule."""
