"""What the imitated model says, story by story."""
