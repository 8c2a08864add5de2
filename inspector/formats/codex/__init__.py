"""What Codex itself writes down: trace bundles and rollout files."""
