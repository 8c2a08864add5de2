"""What the screen shows, as values: an exchange becomes rows here, without a widget in sight."""
