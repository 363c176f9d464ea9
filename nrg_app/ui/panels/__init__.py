"""The panels of the window: painted widgets that show results and write intents to the session."""
